import "server-only";
import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { folderBytes } from "./import-folder.ts";

/** What a child may take, and for how long it is wanted. */
export type Limits = {
  /** its folder; what lies below counts as what it takes of the disk */
  cwd: string;
  disk_bytes: number;
  seconds: number;
  signal: AbortSignal;
};

/** How long a child that is asked to stop may take for it. */
const GRACE_MS = 10_000;

export type Bounds = { broken: string | null; breaks(reason: string): void; stop(): void };

/** Ends the child when it is no longer wanted, gently first, and when it takes more than it may. */
export function boundsOf(child: ChildProcess, options: Limits): Bounds {
  const { cwd, seconds, disk_bytes, signal } = options;
  const ended = new AbortController();
  const breaks = (reason: string) => {
    bounds.broken ??= reason;
    killGroup(child);
  };
  const bounds: Bounds = { broken: null, breaks, stop: () => ended.abort() };
  const timer = setTimeout(
    () => breaks(`it took longer than ${seconds} s and was stopped`),
    1000 * seconds,
  );
  ended.signal.addEventListener("abort", () => clearTimeout(timer));
  const onAbort = () => {
    child.kill("SIGINT"); // as Ctrl-C: it ends where it can be taken up again
    void sleep(GRACE_MS, undefined, { signal: ended.signal }).then(
      () => killGroup(child),
      () => {},
    );
  };
  signal.addEventListener("abort", onAbort, { once: true });
  ended.signal.addEventListener("abort", () => signal.removeEventListener("abort", onAbort));
  void watchDisk(cwd, disk_bytes, ended.signal, breaks);
  return bounds;
}

const LOOK_MS = 2000;

async function watchDisk(
  dir: string,
  most: number,
  signal: AbortSignal,
  breaks: (reason: string) => void,
): Promise<void> {
  while (!signal.aborted) {
    if ((await folderBytes(dir)) > most)
      breaks(`it took more than ${most} bytes of the disk and was stopped`);
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

/** The group has the child's number; it is gone when the child and all that it began are. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
