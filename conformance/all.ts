/**
 * Every check of this folder that needs Python, one after the other, and what came of each.
 * usage: npx tsx conformance/all.ts [--small] [NAME…]     (--small: within a minute; PYTHON names the interpreter)
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

type Check = {
  /** file and arguments */
  run: string[];
  about: string;
  small?: boolean;
};

const checks: Record<string, Check> = {
  formats: { run: ["formats.ts"], about: "files of other systems, there and back", small: true },
  bundles: { run: ["check.ts"], about: "bundles in SAELens, numpy, pandas, polars" },
  architectures: { run: ["architectures.ts"], about: "every architecture in SAELens" },
  metrics: { run: ["metrics.ts"], about: "figures by the evaluations of others" },
  losses: { run: ["losses.ts"], about: "losses and gradients of other trainers" },
  model: { run: ["model.ts", "embedded"], about: "every hook in transformers" },
  tokenizers: { run: ["tokenizer.ts"], about: "every fixture in Python's tokenizers" },
  hub: { run: ["hub.ts"], about: "docs/interpret.md, notebooks and snippets on a hub" },
  stories15m: { run: ["stories15m.ts"], about: "llama2.c's model (112 MB are fetched)" },
};

const given = process.argv.slice(2);
const isSmall = given.includes("--small");
const named = given.filter((word) => word !== "--small");
const unknown = named.find((name) => !checks[name]);
if (unknown) {
  console.error(`${unknown}: no such check (expected ${Object.keys(checks).join(", ")})`);
  process.exit(2);
}
const chosen = Object.entries(checks).filter(
  ([name, { small }]) => (named.length === 0 || named.includes(name)) && (!isSmall || small),
);

const lines: string[] = [];
for (const [name, { run, about }] of chosen) {
  console.log(`── ${name}: ${about}`);
  const started = performance.now();
  const { status, compared, skipped } = await outcome(run);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  if (status !== 0) process.exitCode = 1;
  lines.push(
    `${name.padEnd(16)}${resultOf(status, compared || skipped.length === 0).padEnd(8)}${seconds.padStart(5)} s`,
    ...skipped.map((line) => `  ${line}`),
  );
}
console.log(`\n${lines.join("\n")}`);

function resultOf(status: number | null, compared: boolean): string {
  if (status !== 0) return "FAILED";
  return compared ? "ok" : "skipped";
}

/** Its output goes on as it comes; lines that say what was skipped are kept for the end. */
async function outcome([file = "", ...args]: string[]) {
  const tsx = join(import.meta.dirname, "../node_modules/.bin/tsx");
  const child = spawn(tsx, [join(import.meta.dirname, file), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const skipped: string[] = [];
  let compared = false;
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    if (/^\s*skipped\b/.test(line)) skipped.push(line.trim());
    compared ||= /^\s*ok\b/.test(line);
  }
  const [status] = await ended;
  return { status, compared, skipped };
}
