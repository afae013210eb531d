import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Manifest } from "trainer/bundle";
import { verifyBundle } from "trainer/bundle/files";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ended, killedAt, startTrainer } from "./trainer.ts";

const dir = mkdtempSync(join(tmpdir(), "sweep-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** Little of the bundled text, small dictionaries. */
const shared = {
  max_tokens: 120_000,
  train_tokens: 50_000,
  train_batch_tokens: 1_024,
  buffer_tokens: 8_192,
  checkpoint_every_steps: 7,
  d_sae: 128,
  eval_tokens: 2_000,
  datapoints: 20,
  dashboard_tokens: 2_000,
};
const flagsOf = (settings: Record<string, string | number>) =>
  Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
const grid = [
  ...["--hook_name", "blocks.1.hook_resid_post", "--hook_name", "blocks.3.hook_mlp_out"],
  ...["--architecture", "topk", "--architecture", "standard", "--k", "4", "--k", "8"],
  ...["--l1_coefficient", "2"],
];
const call = (name: string, ...more: string[]) => [
  ...["sweep", name, ...flagsOf(shared), ...grid, ...more, "--json"],
];
const sweep = (name: string, ...more: string[]) => startTrainer(dir, call(name, ...more));
const names = ["res1", "mlp3"].flatMap((place) =>
  ["topk4", "topk8", "standard-l1-2"].map((rule) => `${place}-1x-${rule}`),
);

const filesOf = (run: string) => {
  const manifest = readFileSync(join(dir, run, "bundle/manifest.json"), "utf8");
  return (JSON.parse(manifest) as Manifest).files;
};

let result: { dictionaries: { name: string; metrics: Manifest["metrics"] }[] };
beforeAll(async () => {
  const { stdout, stderr, status } = await ended(sweep("whole"));
  expect(stderr).toBe("");
  expect(status).toBe(0);
  result = JSON.parse(stdout.trimEnd().split("\n").at(-1) as string);
}, 120_000);

test("a sweep makes a bundle of every combination, one table and one plot", async () => {
  expect(result.dictionaries.map(({ name }) => name)).toEqual(names);
  const saved = JSON.parse(readFileSync(join(dir, "whole/sweep.json"), "utf8"));
  expect(saved.dictionaries).toEqual(result.dictionaries);
  const plot = readFileSync(join(dir, "whole/pareto.svg"), "utf8");
  for (const { name, metrics } of result.dictionaries) {
    const sealed = await verifyBundle(join(dir, "whole", name, "bundle"));
    expect(sealed.metrics).toEqual(metrics);
    expect(sealed.name).toBe(name);
    expect(plot).toContain(`<title>${name}: L0 ${metrics.l0.toFixed(1)}`);
  }
});

test("a bundle has the bytes of a run with the same settings", async () => {
  const name = "res1-1x-standard-l1-2";
  const settings = { hook_name: "blocks.1.hook_resid_post", architecture: "standard" };
  const flags = flagsOf({ ...shared, ...settings, l1_coefficient: 2 });
  const { status } = await ended(startTrainer(dir, ["run", name, ...flags]));
  expect(status).toBe(0);
  expect(filesOf(name)).toEqual(filesOf(`whole/${name}`));
});

test("killed while it harvests, while it trains and while it evaluates, it ends with the same bytes", async () => {
  await killedAt(
    dir,
    call("killed"),
    ({ stage, done, total }) => stage === "harvest" && done > 0.5 * total,
  );
  expect(
    existsSync(join(dir, "killed/cache/activations/blocks.1.hook_resid_post/activations.json")),
  ).toBe(false);
  // in so little memory that the dictionaries do not fit together: group after group
  const little = ["--memory_limit_gb", "0.1", "--threads", "1"];
  const resume = ["resume", "killed", ...little, "--json"];
  await killedAt(
    dir,
    resume,
    ({ stage, done, total }) => stage === "train sweep" && done > 0.8 * total,
  );
  const checkpoints = readdirSync(join(dir, "killed", names[5] as string, "checkpoints"));
  expect(checkpoints.length).toBeGreaterThan(0);
  await killedAt(dir, resume, ({ stage, done, total }) => stage === "evaluate" && done === total);
  const { status, stderr } = await ended(startTrainer(dir, resume));
  expect(stderr).toBe("");
  expect(status).toBe(0);
  for (const name of names) expect(filesOf(`killed/${name}`)).toEqual(filesOf(`whole/${name}`));
}, 120_000);

test("a run that is killed is resumed with the settings it was started with", async () => {
  const of = { hook_name: "blocks.3.hook_mlp_out", k: 8, l1_coefficient: 2, cache: "whole/cache" };
  const settings = { ...shared, ...of };
  await killedAt(
    dir,
    ["run", "single", ...flagsOf(settings), "--json"],
    ({ stage, done, total }) => stage === "train topk" && done > 0.4 * total,
  );
  const { status } = await ended(startTrainer(dir, ["resume", "single", "--threads", "1"]));
  expect(status).toBe(0);
  expect(filesOf("single")).toEqual(filesOf("whole/mlp3-1x-topk8"));
});

test("another grid is refused in the folder, and nothing can be resumed where nothing is", async () => {
  const other = await ended(startTrainer(dir, ["sweep", "whole", "--k", "4", "--k", "16"]));
  expect(other.status).toBe(2);
  expect(other.stderr).toContain("holds a sweep of another grid:\n  k 4 8 (now 4 16)");
  const single = await ended(startTrainer(dir, ["sweep", "single"]));
  expect(single.stderr).toContain("single: holds a run, not a sweep");
  const run = await ended(startTrainer(dir, ["train", "whole"]));
  expect(run.stderr).toContain("whole: holds a sweep, not a run");
  const nothing = await ended(startTrainer(dir, ["resume", "nowhere"]));
  expect(nothing.status).toBe(2);
  expect(nothing.stderr).toContain("nowhere: there is nothing to go on with");
});

test("a hook that the model lacks and settings that do not fit are refused before any work", async () => {
  const lacking = await ended(sweep("bad", "--hook_name", "blocks.9.hook_resid_post"));
  expect(lacking.status).toBe(2);
  expect(lacking.stderr).toContain("hook blocks.9.hook_resid_post: the model has no layer 9");
  const misfit = await ended(sweep("bad", "--k", "200"));
  expect(misfit.stderr).toContain("k 200: --k 200: expected at most d_sae");
  expect(existsSync(join(dir, "bad/config.json"))).toBe(false);
});
