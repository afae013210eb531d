import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Report, UsageError } from "../bundle/index.ts";
import type { OutFile } from "./out-file.ts";

type Watched = { report: Report; signal: AbortSignal };

/** Writes the files of an export into a folder that is new or empty: all of them, or none. */
export async function writeExport(dir: string, files: OutFile[], watched: Watched): Promise<void> {
  const there = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    if (error.code === "ENOTDIR") return ["itself as a file"];
    throw error;
  });
  if (there !== null && there.length > 0)
    throw new UsageError(`${dir}: holds ${there[0]}; choose a new or empty folder`);
  const target = resolve(dir);
  const partial = `${target}.${randomUUID().slice(0, 8)}.part`;
  await mkdir(dirname(target), { recursive: true });
  await mkdir(partial);
  try {
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    for (const file of files)
      for (const bytes of writeFile(join(partial, file.name), file)) {
        done += bytes;
        watched.report({ stage: "export", done, total, unit: "bytes" });
        await new Promise(setImmediate); // so that Ctrl-C is heard
        watched.signal.throwIfAborted();
      }
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
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
