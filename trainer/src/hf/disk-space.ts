import { mkdir, stat, statfs } from "node:fs/promises";
import { UsageError } from "../bundle/errors.ts";

/** Refuses, before it begins, a download for which the disk has no room; `partial` is there already. */
export async function checkSpace(dir: string, bytes: number, partial?: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  const had = partial ? await stat(partial).catch(() => null) : null;
  const needed = bytes - (had?.size ?? 0);
  const { bavail, bsize } = await statfs(dir);
  if (needed > bavail * bsize)
    throw new UsageError(
      `${dir}: ${gigabytes(needed)} GB are to be fetched, but only ${gigabytes(bavail * bsize)} GB are free; make room, or set HF_HUB_CACHE to a folder on a larger disk`,
    );
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
