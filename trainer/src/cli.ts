import { z } from "zod";
import { BundleError, HubError, UsageError } from "./bundle/index.ts";
import { Display } from "./commands/display.ts";
import { readFlags } from "./commands/flags.ts";
import { verbHelp } from "./commands/help.ts";
import { nearest } from "./commands/nearest.ts";
import { shellWord } from "./commands/shell.ts";
import { type Context, checkWords, type Outcome } from "./commands/verb.ts";
import { overview, verbs } from "./commands/verbs.ts";
import { trainerVersion } from "./commands/version.ts";

const anyVerb = z.object({
  json: z.boolean().default(false).describe("progress and result as JSON lines"),
});

/** Milliseconds between two lines of progress for machines. */
const EVERY = 250;

const interrupted = new AbortController();
const argv = process.argv.slice(2);
process.exit(await main(argv));

/** Does what the arguments ask, and gives the exit status: 2 for a wrong call, 1 for what failed. */
async function main([name, ...rest]: string[]): Promise<number> {
  process.stdout.on("error", ignoreClosedPipe);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => interrupt());
  try {
    if (name === "--version") return print(trainerVersion());
    if (name === undefined || name === "--help" || name === "-h" || name === "help")
      return print(overview());
    const verb = await verbs[knownVerb(name)].load();
    if (rest.includes("--help") || rest.includes("-h")) return print(verbHelp(name, verb));
    const shapes = [...Object.values(verb.flags), anyVerb].map(({ shape }) => shape);
    const { given, words } = readFlags(z.object(Object.assign({}, ...shapes)), rest);
    checkWords(name, verb, words);
    const { json, ...flags } = given;
    const { context, result } = json === true ? forMachines() : forPeople();
    const outcome = await verb.run(words, flags, context);
    result(outcome);
    return outcome.failed ? 1 : 0;
  } catch (error) {
    return fail(error, name);
  }
}

function knownVerb(name: string): string {
  if (Object.hasOwn(verbs, name)) return name;
  const near = nearest(name, Object.keys(verbs));
  throw new UsageError(
    `unknown verb ${name}${near ? `; did you mean ${near}?` : ` (expected ${Object.keys(verbs).join(", ")})`}`,
  );
}

type Voice = { context: Context; result(outcome: Outcome): void };

function forPeople(): Voice {
  const display = new Display({
    write: (text) => process.stdout.write(text),
    isTerminal: process.stdout.isTTY === true,
    columns: process.stdout.columns ?? 80,
  });
  return {
    context: {
      report: display.report,
      say: (line) => display.line(line),
      signal: interrupted.signal,
    },
    result: ({ text }) => display.line(text),
  };
}

function forMachines(): Voice {
  let shown = Number.NEGATIVE_INFINITY;
  const write = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
  return {
    context: {
      report: (progress) => {
        if (Date.now() - shown < EVERY && progress.done < progress.total) return;
        shown = Date.now();
        write({ type: "progress", ...progress });
      },
      say: () => {},
      signal: interrupted.signal,
    },
    result: ({ data }) => write({ type: "result", ...data }),
  };
}

/** The first Ctrl-C lets a stage stop where it can be taken up again; the second does not wait. */
function interrupt(): void {
  if (interrupted.signal.aborted) process.exit(130);
  process.stderr.write("\nstopping; once more to stop at once\n");
  interrupted.abort();
}

function fail(error: unknown, verb: string | undefined): number {
  if (interrupted.signal.aborted) {
    process.stderr.write(
      `stopped; the same command goes on: npx trainer ${argv.map(shellWord).join(" ")}\n`,
    );
    return 130;
  }
  const { message, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof UsageError) {
    const known = verb !== undefined && Object.hasOwn(verbs, verb);
    const help = known ? `trainer ${verb} --help` : "trainer --help";
    process.stderr.write(`trainer: ${message}\n${help} says what is possible\n`);
    return 2;
  }
  const isExplained =
    error instanceof BundleError || error instanceof HubError || syscall !== undefined;
  process.stderr.write(isExplained ? `trainer: ${message}\n` : `${(error as Error).stack}\n`);
  return 1;
}

/** Whoever read the output has read enough. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}
