import { join } from "node:path";
import { maxRelativeDifference } from "../tensor/compare.ts";
import { readSafetensors } from "../tensor/safetensors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Engine, EngineInput } from "./engine.ts";
import { hookNames } from "./hook-names.ts";
import { openModel } from "./open-model.ts";
import type { Batch } from "./ops.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/model");

/** Random models of odd sizes, and what transformers computed with them (trainer/fixtures/make_golden.py). */
export const goldenNames = [
  "tiny-parallel",
  "tiny-sequential",
  "tiny-gpt2",
  "tiny-gpt2-sharded",
  "tiny-llama",
  "tiny-qwen2",
  "tiny-mistral",
];

export type GoldenCase = {
  dir: string;
  input: EngineInput;
  batch: Batch;
  tokens: Int32Array;
  /** every hook and "logits" */
  names: string[];
  /** hooks that half of the activations was spliced into */
  halved: string[];
  expected(name: string): Tensor;
};

export async function openGolden(name: string): Promise<GoldenCase> {
  const dir = join(fixtures, name);
  const input = await openModel(dir);
  const file = readSafetensors(join(dir, "golden.safetensors"));
  const { shape, data } = file.array("tokens");
  const hooks = hookNames(input.config);
  return {
    dir,
    input,
    batch: { contexts: shape[0], context_size: shape[1] },
    tokens: data as Int32Array,
    names: [...hooks, "logits"],
    halved: hooks.filter((hook) => file.names.includes(`halved.${hook}.ce`)),
    expected: file.tensor,
  };
}

/**
 * How far an engine is from transformers: max|diff| / max|golden| at each hook, of the logits and of next-token CE,
 * whole and with half of the activations at a hook; and max|diff| of KL, in nats.
 */
export async function goldenDifferences(
  engine: Engine,
  { batch, tokens, names, halved, expected }: GoldenCase,
): Promise<Record<string, number>> {
  const differences: Record<string, number> = {};
  const compare = (what: string, found: Float32Array, golden: string) => {
    differences[what] = maxRelativeDifference({ data: found }, expected(golden));
  };
  const found = await engine.hooks(batch, tokens, names);
  for (const name of names) compare(name, found[name], name);
  for (const hook of halved) {
    const x = found[hook];
    const half = x.map((value) => value / 2);
    const { ce_x, ce_xHat, kl } = await engine.compare(batch, tokens, hook, x, half);
    compare(`ce at ${hook}`, ce_x, "ce");
    compare(`ce at halved ${hook}`, ce_xHat, `halved.${hook}.ce`);
    const alone = await engine.ce(batch, tokens, hook, half);
    compare(`ce at halved ${hook}, alone`, alone, `halved.${hook}.ce`);
    const golden = expected(`halved.${hook}.kl`).data;
    differences[`kl at halved ${hook}`] = golden.reduce(
      (largest, value, i) => Math.max(largest, Math.abs(value - kl[i])),
      golden.length === kl.length ? 0 : Infinity,
    );
  }
  return differences;
}
