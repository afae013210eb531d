import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { BundleError } from "../errors.ts";
import { isTarHeader, readTar } from "./tar.ts";
import { readZip } from "./zip.ts";

/** A stored file, from which parts can be read. */
export type ArchiveSource = {
  bytes: number;
  read(range?: { start: number; end: number }): Readable;
};

export type ArchiveEntry = {
  path: string;
  /** other: a link, a device, a pipe */
  kind: "file" | "folder" | "other";
  /** what its header says */
  bytes: number;
  content(): AsyncIterable<Uint8Array>;
};

/**
 * The entries of a tar, a tar.gz or a zip; which it is shows in its first bytes, not in its name.
 * At most `limit` bytes are unpacked from a gzip, whatever it would grow to.
 */
export async function* readArchive(
  source: ArchiveSource,
  limit: number,
): AsyncGenerator<ArchiveEntry> {
  const kind = await kindOf(source);
  if (kind === "gzip") yield* readTar(bounded(gunzip(source), limit));
  else if (kind === "zip") yield* readZip(source);
  else if (kind === "tar") yield* readTar(source.read());
  else throw new BundleError("the file is neither a tar, a tar.gz nor a zip");
}

/** Whether `readArchive` may find entries in it. */
export async function isArchive(source: ArchiveSource): Promise<boolean> {
  return (await kindOf(source)) !== null;
}

async function kindOf(source: ArchiveSource): Promise<"gzip" | "zip" | "tar" | null> {
  const head = await firstBytes(source, 512);
  if (head.subarray(0, 2).equals(GZIP)) return "gzip";
  if (head.subarray(0, 2).equals(ZIP)) return "zip";
  return isTarHeader(head) ? "tar" : null;
}

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZIP = Buffer.from("PK");

/** What the work gives; an error of the readers below becomes one about the archive. */
export async function withDamageNamed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (isDamage(cause))
      throw new BundleError(`the archive is damaged: ${cause.message}`, { cause });
    throw cause;
  }
}

/** Whether an error of the readers below is about the archive: zlib's have codes in Z_, yauzl's none. */
export function isDamage(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof BundleError) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? error.name === "Error" : String(code).startsWith("Z_");
}

function gunzip(source: ArchiveSource): Readable {
  const unzipped = createGunzip();
  pipeline(source.read(), unzipped, () => {}); // whoever reads it sees the error
  return unzipped;
}

async function firstBytes(source: ArchiveSource, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.read({ start: 0, end: Math.min(bytes, source.bytes) })) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* bounded(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > limit) throw new BundleError(`the archive unpacks to more than ${limit} bytes`);
    yield chunk;
  }
}
