import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

const bin = join(import.meta.dirname, "../trainer/bin/trainer.mjs");

type Trainer = ChildProcessByStdio<null, Readable, Readable>;

/** The trainer's command line as a process of its own. */
export function startTrainer(
  cwd: string,
  args: string[],
  env: Record<string, string> = {},
): Trainer {
  return spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** What it wrote and how it ended: its exit status, null when it was killed. */
export async function ended(trainer: Trainer) {
  const [stdout, stderr, [status]] = await Promise.all([
    text(trainer.stdout),
    text(trainer.stderr),
    once(trainer, "exit"),
  ]);
  return { stdout, stderr, status };
}
