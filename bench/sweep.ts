import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";

/*
 * A sweep against a run for each of its dictionaries, from text to sealed bundles: each run on a harvest of its own, and
 * all of them on one cache.
 *
 *     npx tsx bench/sweep.ts [flags of trainer run, e.g. --model … --max_tokens …]
 */
const hooks = ["blocks.2.hook_resid_post", "blocks.3.hook_resid_post", "blocks.4.hook_resid_post"];
const sparsities = ["16", "32"];
const given = process.argv.slice(2);
const shared = [
  ...["--d_sae", "1024", "--max_tokens", "600000", "--train_tokens", "400000"],
  ...["--train_batch_tokens", "2048", "--eval_tokens", "50000", "--dashboard_tokens", "50000"],
  ...given,
];

const dir = mkdtempSync(join(tmpdir(), "bench-sweep-"));

/** Seconds that a command of the trainer takes. */
function timed(...args: string[]): number {
  const begun = performance.now();
  const bin = join(import.meta.dirname, "../trainer/bin/trainer.mjs");
  const { status, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`trainer ${args.join(" ")}: ${stderr}`);
  return (performance.now() - begun) / 1000;
}

function runs(name: string, ...more: string[]): number {
  let seconds = 0;
  for (const [i, hook] of hooks.entries())
    for (const k of sparsities) {
      const run = join(dir, `${name}-${i}-${k}`);
      seconds += timed("run", run, ...shared, "--hook_name", hook, "--k", k, ...more);
    }
  return seconds;
}

try {
  const many = (flag: string, values: string[]) => values.flatMap((value) => [flag, value]);
  const grid = [...many("--hook_name", hooks), ...many("--k", sparsities)];
  const sweep = timed("sweep", join(dir, "sweep"), ...shared, ...grid);
  const cached = runs("cached", "--cache", join(dir, "cache"));
  const apart = runs("apart");
  const weights = (run: string) =>
    readFileSync(join(dir, run, "bundle/sae_weights.safetensors")).toString("base64");
  const isSame = weights("sweep/res2-8x-topk16") === weights("apart-0-16");
  const n = hooks.length * sparsities.length;
  console.log(`${n} dictionaries of ${shared.join(" ")}`);
  console.log(`${cpus()[0]?.model}, ${availableParallelism()} threads, Node ${process.version}`);
  const ratio = (seconds: number) => `${seconds.toFixed(0)} s, ${(seconds / sweep).toFixed(2)}x`;
  console.log(`one sweep                  ${ratio(sweep)}`);
  console.log(`${n} runs, one cache          ${ratio(cached)}`);
  console.log(`${n} runs, a harvest each     ${ratio(apart)}`);
  console.log(`the same weights           ${isSame}`);
} finally {
  rmSync(dir, { recursive: true });
}
