import { statfs } from "node:fs/promises";
import { UsageError } from "../bundle/index.ts";

/** Refuses at once what the disk cannot hold. */
export async function refuseSmallDisk(dir: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  if (bytes > bavail * bsize)
    throw diskFull(dir, `${gigabytes(bytes)} are needed, ${gigabytes(bavail * bsize)} free`);
}

/** Turns the error of a disk that fills up meanwhile into one sentence. */
export async function withDiskErrors<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    throw diskFull(dir, "the disk filled up", cause);
  }
}

export function isDiskFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT";
}

function diskFull(dir: string, what: string, cause?: unknown): UsageError {
  return new UsageError(
    `${dir}: no space for the activations: ${what}; make room and go on, keep less with --cache_limit_gb, or take a --cache on another disk`,
    { cause },
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
