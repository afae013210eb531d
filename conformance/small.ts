/** Small dictionaries of the bundled model: real training, but little of it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const small = {
  d_sae: 512,
  harvest_tokens: 300_000,
  train_tokens: 300_000,
  eval_tokens: 25_600,
  datapoints: 500,
  dashboard_tokens: 60_000,
};

/** Trains one in `folder`, and gives its bundle. */
export function trainSmall(folder: string, name: string, config: Record<string, string>): string {
  const settings = Object.entries({ ...small, ...config, name });
  const flags = settings.flatMap(([key, value]) => [`--${key}`, `${value}`]);
  trainer(["run", join(folder, name), "--cache", join(folder, "cache"), ...flags]);
  return join(folder, name, "bundle");
}

/** Runs the trainer's command line; that it fails is an error, with what it said. */
export function trainer(args: string[]): void {
  const bin = join(import.meta.dirname, "../trainer/bin/trainer.mjs");
  const { status, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`trainer ${args.join(" ")}: ${stderr}`);
}
