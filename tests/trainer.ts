import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import type { Progress } from "trainer/bundle";

const bin = join(import.meta.dirname, "../trainer/bin/trainer.mjs");
const preload = pathToFileURL(join(import.meta.dirname, "trainer-moment.mjs")).href;

type Trainer = ChildProcessByStdio<null, Readable, Readable>;

/** A line of progress that `--json` writes. */
export type Line = Progress & { type: "progress" };

/**
 * What happens to a trainer in the moment that it has written a line: a signal to itself, or its main
 * thread stands still until it is killed. `when` is sent as its source, so it can name nothing but the line.
 */
type Moment = {
  when: (line: Line) => boolean;
  act: "SIGKILL" | "SIGINT" | "SIGSTOP" | "freeze";
};
type Options = { env?: Record<string, string>; moment?: Moment };

/** The trainer's command line as a process of its own; one with a moment needs `--json`. */
export function startTrainer(cwd: string, args: string[], { env, moment }: Options = {}): Trainer {
  const node = moment ? ["--import", preload, bin] : [bin];
  const TRAINER_MOMENT = JSON.stringify(moment && { ...moment, when: String(moment.when) });
  return spawn(process.execPath, [...node, ...args], {
    cwd,
    env: { ...process.env, TRAINER_MOMENT, ...env },
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

/** Has a trainer end, as kill -9 does, in the moment that it says something; gives the line it said. */
export async function killedAt(
  cwd: string,
  args: string[],
  when: (line: Line) => boolean,
): Promise<Line> {
  const trainer = startTrainer(cwd, args, { moment: { when, act: "SIGKILL" } });
  const { stdout, stderr } = await ended(trainer);
  if (trainer.signalCode !== "SIGKILL")
    throw new Error(`the trainer ended without having said it: ${stderr}`);
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) as string);
}
