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
  ...["--d_sae", "1024", "--max_tokens", "400000", "--train_tokens", "200000"],
  ...["--train_batch_tokens", "2048", "--eval_tokens", "20000", "--dashboard_tokens", "50000"],
  ...given,
];

const dir = mkdtempSync(join(tmpdir(), "bench-sweep-"));

type Took = { wall: number; processor: number };

/** Seconds that a command of the trainer takes, and what it has of the processors. */
function timed(...args: string[]): Took {
  const begun = performance.now();
  const trainer = join(import.meta.dirname, "../trainer/bin/trainer.mjs");
  const command = '"$@" >/dev/null && times'; // POSIX: the shell's, then its children's, user and system
  const words = ["-c", command, "sh", process.execPath, trainer, ...args];
  const { status, stdout, stderr } = spawnSync("sh", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`trainer ${args.join(" ")}: ${stderr}`);
  const seconds = [...stdout.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, m, s]) => 60 * Number(m) + Number(s),
  );
  return {
    wall: (performance.now() - begun) / 1000,
    processor: seconds.reduce((sum, one) => sum + one, 0),
  };
}

function runs(name: string, ...more: string[]): Took {
  const took = { wall: 0, processor: 0 };
  for (const [i, hook] of hooks.entries())
    for (const k of sparsities) {
      const run = join(dir, `${name}-${i}-${k}`);
      const { wall, processor } = timed(
        "run",
        run,
        ...shared,
        "--hook_name",
        hook,
        "--k",
        k,
        ...more,
      );
      took.wall += wall;
      took.processor += processor;
    }
  return took;
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
  for (const [name, { wall, processor }] of Object.entries({
    "one sweep": sweep,
    [`${n} runs, one cache`]: cached,
    [`${n} runs, a harvest each`]: apart,
  })) {
    const ratios = [wall / sweep.wall, processor / sweep.processor].map((x) => x.toFixed(2));
    console.log(
      `${name.padEnd(26)} ${wall.toFixed(0)} s, ${ratios[0]}x; of the processors ${processor.toFixed(0)} s, ${ratios[1]}x`,
    );
  }
  console.log(`the same weights           ${isSame}`);
} finally {
  rmSync(dir, { recursive: true });
}
