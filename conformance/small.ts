/** Small dictionaries of the bundled model: real training, but little of it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const measures = { eval_tokens: 25_600, datapoints: 500, dashboard_tokens: 60_000 };
const small = { d_sae: 512, harvest_tokens: 300_000, train_tokens: 300_000, ...measures };

/** Trains one in `folder`, and gives its bundle. */
export function trainSmall(folder: string, name: string, config: Record<string, string>): string {
  const cache = join(folder, "cache");
  trainer(["run", join(folder, name), ...toFlags({ ...small, ...config, name, cache })]);
  return join(folder, name, "bundle");
}

/** Imports one as Gemma Scope has it, which reads x as it is; it was a small one of ours. */
export function importSmall(folder: string, name: string): string {
  const own = trainSmall(folder, "small-standard", { architecture: "standard" });
  const foreign = join(folder, "foreign");
  trainer(["export", own, foreign, "--format", "gemma_scope"]);
  // so little trained that a scale of its input may fit better
  const settings = { ...measures, name, max_tokens: 400_000, accept: true };
  trainer(["import", foreign, join(folder, name), ...toFlags(settings)]);
  return join(folder, name, "bundle");
}

function toFlags(settings: Record<string, string | number | boolean>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => [`--${key}`, `${value}`]);
}

/** Runs the trainer's command line; that it fails is an error, with what it said. */
export function trainer(args: string[]): void {
  const bin = join(import.meta.dirname, "../trainer/bin/trainer.mjs");
  const { status, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`trainer ${args.join(" ")}: ${stderr}`);
}
