import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyBundle } from "trainer/bundle/files";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ended, killedAt, startTrainer } from "./trainer.ts";

const dir = mkdtempSync(join(tmpdir(), "stack-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** The bundled model on a little of the bundled text; two stages of 64 and 32 features. */
const settings = {
  max_tokens: 30_000,
  held_out_fraction: 0.1,
  architecture: "batchtopk",
  train_batch_tokens: 1_024,
  checkpoint_every_steps: 5,
  eval_tokens: 2_000,
  datapoints: 20,
  dashboard_tokens: 2_000,
  train_tokens: 20_480,
};
const stages = ["--d_sae", "64", "--d_sae", "32", "--k", "2", "--k", "6"];
const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
const stack = (to: string) => ["stack", to, "--cache", "cache", ...flags, ...stages, "--json"];
const trainer = (...args: string[]) => ended(startTrainer(dir, [...args, "--json"]));
const read = (run: string, file: string) => readFileSync(join(dir, run, "bundle", file));
const json = (run: string, file: string) => JSON.parse(read(run, file).toString());

beforeAll(async () => {
  expect(await ended(startTrainer(dir, stack("whole")))).toMatchObject({ status: 0 });
});

test("a stack is one dictionary of all its stages' features, compared with one trained at once", async () => {
  const { sae, name, provenance } = await verifyBundle(join(dir, "whole/bundle"));
  expect(sae).toMatchObject({ architecture: "batchtopk", d_sae: 96, k: 8 });
  expect(json("whole", "cfg.json").architecture).toBe("jumprelu");
  expect(name).toBe("res3-0.75x-batchtopk8-stack2");
  expect(provenance.config).toMatchObject({ stack_d_sae: [64, 32], stack_k: [2, 6] });
  const { metrics, experiments } = json("whole", "evaluation.json");
  const { stages, sum, at_once } = experiments.stacking;
  expect(stages).toMatchObject([
    { features: 64, sparsity: { setting: "k", value: 2 } },
    { features: 32, sparsity: { setting: "k", value: 6 }, fvu: metrics.fvu.value },
  ]);
  expect(stages[0].own_l0 + stages[1].own_l0).toBeCloseTo(metrics.l0.value, 6);
  expect(sum.tokens).toBe(metrics.l0.tokens);
  expect(sum.largest_difference).toBeLessThan(1e-5);
  expect(at_once).toMatchObject([{ features: 96, train_tokens: 40_960 }]);
});

test("killed in its second stage, it goes on to the same bytes", async () => {
  await killedAt(
    dir,
    stack("killed"),
    ({ stage, done, total }) => stage === "stage 2 of 2" && done > total / 2,
  );
  expect(readdirSync(join(dir, "killed/stages/2/checkpoints"))).not.toEqual([]);
  const stage = await trainer("run", "killed");
  expect(stage.status).toBe(2);
  expect(stage.stderr).toContain("made by trainer stack, which was broken off");
  expect(await trainer("resume", "killed")).toMatchObject({ status: 0 });
  for (const file of ["sae_weights.safetensors", "evaluation.json", "features.parquet"])
    expect(read("killed", file).equals(read("whole", file)), file).toBe(true);
});

test("other experiments work on a stack as on any run", async () => {
  const sealed = read("whole", "manifest.json");
  expect(await trainer("resume", "whole")).toMatchObject({ status: 0 });
  expect(read("whole", "manifest.json").equals(sealed)).toBe(true);
  expect(await trainer("norms", "whole")).toMatchObject({ status: 0 });
  expect(await trainer("finetune", "whole", "fine", "--tokens", "10000")).toMatchObject({
    status: 0,
  });
  expect(json("fine", "manifest.json").sae.d_sae).toBe(96);
});

test.each([
  { what: "topk", args: ["--architecture", "topk"], expected: "topk cannot be stacked" },
  {
    what: "a setting for some stages",
    args: ["--stages", "3", "--k", "2", "--k", "4"],
    expected: "--k: given 2 times (expected once, or once for each of the 3 stages)",
  },
])("$what is refused", async ({ args, expected }) => {
  const { stderr, status } = await trainer("stack", "refused", ...args);
  expect(status).toBe(2);
  expect(stderr).toContain(expected);
});
