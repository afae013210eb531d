import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UsageError } from "../bundle/index.ts";

/** Has a folder, which is new or empty, written aside; it is there whole or not at all. */
export async function intoNewFolder<Result>(
  dir: string,
  write: (partial: string) => Promise<Result>,
): Promise<Result> {
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
    const result = await write(partial);
    await rename(partial, target);
    return result;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}
