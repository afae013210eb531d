import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** A file's length and sha256, read in blocks. */
export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  return hashFiles([path]);
}

/** The length and sha256 of files, one after the other. */
export async function hashFiles(paths: string[]): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for (const path of paths)
    for await (const block of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(block);
      bytes += block.length;
    }
  return { bytes, sha256: hash.digest("hex") };
}
