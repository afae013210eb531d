import { createReadStream, type ReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { BundleError, UsageError } from "../../bundle/index.ts";
import { unzstd } from "./zstd.ts";

/** A file that is there: `name` is what errors call it. */
export type LocalFile = { path: string; name: string; packing: "gz" | "zst" | null };

const BLOCK = 2 ** 16;

/** The bytes of a file, unpacked, block by block. `onBytes` hears how far the file has been read. */
export async function* unpackedBytes(
  { path, name, packing }: LocalFile,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: BLOCK });
  try {
    for await (const block of unpacked(file, packing)) {
      onBytes(file.bytesRead);
      yield block;
    }
  } catch (cause) {
    const { code, message, syscall } = cause as NodeJS.ErrnoException;
    if (syscall) throw new UsageError(`${name}: cannot be read (${code})`, { cause });
    throw new BundleError(`${name}: cannot be unpacked (${message})`, { cause });
  }
}

function unpacked(file: ReadStream, packing: LocalFile["packing"]): AsyncIterable<Uint8Array> {
  if (packing === "zst") return unzstd(file);
  if (packing === null) return file;
  // the callback is there because pipeline wants one: whoever reads sees the error itself
  return pipeline(file, createGunzip({ chunkSize: BLOCK }), () => {});
}
