import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./errors.ts";

/** Takes a folder for this process alone and gives what lets go of it. */
export function lockFolder(dir: string): () => void {
  const taken = tryLock(join(dir, "lock.json"));
  if ("holder" in taken) throw new UsageError(`${dir}: in use by process ${taken.holder}`);
  return taken.release;
}

/** Whether a process of this machine works in the folder. */
export function isInUse(dir: string): boolean {
  return holderOf(dir) !== null;
}

/** The process of this machine that works in the folder, or null. */
export function holderOf(dir: string): number | null {
  const holder = read(join(dir, "lock.json"));
  return holder !== null && isRunning(holder) ? holder.pid : null;
}

/**
 * Takes the lock at `path`, or says which process has it. A lock whose process has ended, or whose
 * number another process has since been given, is taken over.
 */
export function tryLock(path: string): { release(): void } | { holder: number } {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }));
  try {
    while (!linked(mine, path)) {
      const holder = clearStale(path);
      if (holder !== null) return { holder };
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return { release: () => rmSync(path, { force: true }) };
}

/** Gives the lock its name, unless there is one: a link appears whole, and only once. */
function linked(from: string, path: string): boolean {
  try {
    linkSync(from, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Puts a lock that nobody holds any more out of the way, else says which process holds it. */
function clearStale(path: string): number | null {
  const holder = read(path);
  if (holder === null) return null; // let go of in this moment
  if (isRunning(holder)) return holder.pid;
  // Renaming tells apart the stale lock and one that another process has just put in its place.
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return null;
  }
  const taken = read(aside);
  if (taken !== null && isRunning(taken)) linked(aside, path);
  rmSync(aside, { force: true });
  return null;
}

type Holder = { pid: number; started: string | null };

function read(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

function isRunning({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and belongs to somebody else
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return startOf(pid) === started;
}

/** When a process started, in ticks since the machine did; null where there is no /proc. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]; // field 22 of proc(5)
  } catch {
    return null;
  }
}
