import "server-only";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { BundleError, type Progress, type Report } from "trainer/bundle";
import { passedOn } from "../child-env.ts";
import { type Bounds, boundsOf, killGroup, type Limits } from "./child-bounds.ts";

export type ChildOptions = Limits & {
  env: Record<string, string>;
  heap_mb: number;
  report: Report;
};

/** What a verb answered, and whether its exit status says that it found what it should not. */
export type Answered = { data: unknown; failed: boolean };

/** The trainer, run from its sources; a name that the bundler does not follow. */
const trainerProgram = [process.cwd(), "trainer", "bin", "trainer.mjs"].join("/");

const MOST_OUTPUT = 64 * 2 ** 20;
const MOST_SAID = 2 ** 14;

/**
 * Runs a verb of the trainer on files that may be anybody's, in a process group of its own, and gives its result. A
 * BundleError says why there is none: the verb's own reason, or which bound it went over. When this process is killed the
 * child ends with its IPC channel.
 */
export async function runTrainer(
  args: string[],
  { program = trainerProgram, ...options }: ChildOptions & { program?: string | undefined },
): Promise<Answered> {
  const { cwd, env, heap_mb, signal } = options;
  signal.throwIfAborted();
  const child = fork(program, [...args, "--json"], {
    cwd,
    env: { ...passedOn(), ...env },
    execArgv: [`--max-old-space-size=${heap_mb}`],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  const exit = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  exit.catch(() => {});
  const bounds = boundsOf(child, options);
  try {
    const [data, said] = await Promise.all([
      readResult(child, options.report, bounds.breaks),
      readErrors(child),
    ]);
    const [status] = await exit;
    signal.throwIfAborted();
    if (bounds.broken) throw new BundleError(bounds.broken);
    if (data !== undefined && (status === 0 || status === 1)) return { data, failed: status !== 0 };
    throw refusalOf(said, options);
  } finally {
    bounds.stop();
    killGroup(child);
    await exit;
  }
}

type Line = ({ type: "progress" } & Progress) | ({ type: "result" } & Record<string, unknown>);

/** The result among the lines that --json writes; undefined if there is none. */
async function readResult(
  { stdout }: ChildProcess,
  report: Report,
  breaks: Bounds["breaks"],
): Promise<unknown> {
  let bytes = 0;
  let result: unknown;
  if (!stdout) return result;
  stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MOST_OUTPUT) breaks(`it answered more than ${MOST_OUTPUT} bytes and was stopped`);
  });
  for await (const text of createInterface({ input: stdout })) {
    const line = parseLine(text);
    if (line?.type === "progress") report(line);
    if (line?.type === "result") {
      const { type: _, ...data } = line;
      result = data;
    }
  }
  return result;
}

function parseLine(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}

/** The end of what it wrote for people. */
async function readErrors({ stderr }: ChildProcess): Promise<string> {
  let said = "";
  for await (const chunk of stderr ?? [])
    said = `${said}${(chunk as Buffer).toString("utf8")}`.slice(-MOST_SAID);
  return said;
}

/** The reason that the command line prints, without places on this machine. */
function refusalOf(said: string, { cwd, heap_mb }: ChildOptions): BundleError {
  if (said.includes("heap out of memory"))
    return new BundleError(`it took more than ${heap_mb} MiB of memory and was stopped`);
  const [, reason] =
    /(?:^|\n)trainer: ([\s\S]*?)(?:\ntrainer [\w-]+ --help says what is possible)?\s*$/.exec(
      said,
    ) ?? [];
  if (reason)
    return new BundleError(reason.replaceAll(`${cwd}/input/`, "").replaceAll(`${cwd}/`, ""));
  console.error(`the trainer ended without a reason: ${said}`);
  return new BundleError("the trainer ended without a reason; the hub's log says more");
}
