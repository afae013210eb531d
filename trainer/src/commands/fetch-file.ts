import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { hashFile } from "../bundle/files.ts";
import { BundleError } from "../bundle/index.ts";
import { get } from "./hub.ts";
import { HubError } from "./hub-error.ts";

type Wanted = {
  bytes: number;
  sha256: string;
  signal: AbortSignal;
  /** hears how many bytes of the file are there */
  onBytes(done: number): void;
};

const ATTEMPTS = 3;

/** Fetches a file into PATH.part, going on where that ends, and renames it once its hash is right. */
export async function fetchFile(url: URL, path: string, wanted: Wanted): Promise<void> {
  const { bytes, sha256 } = wanted;
  if ((await sizeOf(path)) === bytes && (await hashFile(path)).sha256 === sha256) return;
  const part = `${path}.part`;
  for (let attempt = 1; (await sizeOf(part)) !== bytes; attempt++) {
    if ((await sizeOf(part)) > bytes) await rm(part);
    try {
      await fetchRest(url, part, wanted);
    } catch (error) {
      if (!(error instanceof BrokenOff) || attempt === ATTEMPTS) throw error;
    }
  }
  const found = await hashFile(part);
  if (found.sha256 !== sha256) {
    await rm(part);
    throw new BundleError(`${url.pathname}: sha256 ${found.sha256}, expected ${sha256}`);
  }
  await rename(part, path);
}

class BrokenOff extends HubError {}

async function fetchRest(
  url: URL,
  part: string,
  { bytes, signal, onBytes }: Wanted,
): Promise<void> {
  const have = await sizeOf(part);
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
  const response = await get(url, { headers, signal });
  const resumes = response.status === 206;
  let done = resumes ? have : 0;
  const counted = async function* () {
    for await (const block of Readable.fromWeb(response.body as never)) {
      done += block.length;
      if (done > bytes)
        throw new BundleError(`${url.pathname}: longer than the ${bytes} bytes of the manifest`);
      onBytes(done);
      yield block;
    }
  };
  try {
    await pipeline(counted(), createWriteStream(part, { flags: resumes ? "a" : "w" }), { signal });
  } catch (cause) {
    if (signal.aborted || cause instanceof BundleError || isOnDisk(cause)) throw cause;
    throw new BrokenOff(`${url}: broken off after ${done} of ${bytes} bytes`, { cause });
  }
  if (done < bytes) throw new BrokenOff(`${url}: ended after ${done} of ${bytes} bytes`);
}

function isOnDisk(error: unknown): boolean {
  return ["open", "write"].includes((error as NodeJS.ErrnoException).syscall ?? "");
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found?.size ?? -1;
}
