import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tryLock } from "../bundle/lock.ts";

type Waiting = {
  /** the file that another process may be filling */
  partial: string;
  onBytes(done: number): void;
  signal: AbortSignal;
};

/**
 * Does the work once no other process is at it. The lock only spares a second download: where the
 * file system knows no hard links, which it is made of, the work is done all the same.
 */
export async function oneAtATime(
  lock: string,
  { partial, onBytes, signal }: Waiting,
  work: () => Promise<void>,
): Promise<void> {
  await mkdir(dirname(lock), { recursive: true });
  let taken = lockOrGoOn(lock);
  for (; "holder" in taken; taken = lockOrGoOn(lock)) {
    onBytes((await stat(partial).catch(() => null))?.size ?? 0);
    await sleep(200, undefined, { signal });
  }
  try {
    await work();
  } finally {
    taken.release();
  }
}

function lockOrGoOn(path: string): ReturnType<typeof tryLock> {
  try {
    return tryLock(path);
  } catch {
    return { release: () => {} };
  }
}
