import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../bundle/index.ts";
import { intoNewFolder } from "./new-folder.ts";
import type { OutFile } from "./out-file.ts";

type Watched = { report: Report; signal: AbortSignal };

/** Writes the files of an export into a folder that is new or empty: all of them, or none. */
export async function writeExport(dir: string, files: OutFile[], watched: Watched): Promise<void> {
  await intoNewFolder(dir, async (partial) => {
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    for (const file of files)
      for (const bytes of writeFile(join(partial, file.name), file)) {
        done += bytes;
        watched.report({ stage: "export", done, total, unit: "bytes" });
        await new Promise(setImmediate); // so that Ctrl-C is heard
        watched.signal.throwIfAborted();
      }
  });
}

/** Writes a file; gives how many bytes each block had. */
function* writeFile(path: string, { name, bytes, blocks }: OutFile): Generator<number> {
  const fd = openSync(path, "wx");
  let done = 0;
  try {
    for (const block of blocks()) {
      for (let at = 0; at < block.length; ) at += writeSync(fd, block, at);
      done += block.length;
      yield block.length;
    }
    if (done !== bytes) throw new Error(`${name}: ${done} bytes, expected ${bytes}`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
