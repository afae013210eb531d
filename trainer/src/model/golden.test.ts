import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { maxRelativeDifference } from "../tensor/compare.ts";
import { readSafetensors } from "../tensor/safetensors.ts";
import { familyOf } from "./config.ts";
import { eagerEngine } from "./eager-engine.ts";
import type { Engine } from "./engine.ts";
import { hookNames } from "./hook-names.ts";
import { loadModel, type ModelConfig } from "./model.ts";
import { referenceOps } from "./reference-ops.ts";
import { openWeights } from "./weights.ts";

/*
 * trainer/fixtures/make_golden.py computes the golden files with transformers in float64.
 * Largest max|diff| / max|golden| seen: 1.0e-6 over all hooks and logits, 3.5e-7 for CE; KL is within 3e-7 nats.
 */
const TOLERANCE = 3e-6;

const fixtures = join(import.meta.dirname, "../../fixtures/model");

describe.each(["tiny-parallel", "tiny-sequential"])("%s", async (name) => {
  const dir = join(fixtures, name);
  const model = await loadModel(dir, { threads: 1 });
  const golden = readSafetensors(join(dir, "golden.safetensors"));
  const { shape, data } = golden.array("tokens");
  const [n, context_size] = shape;
  const tokens = data as Int32Array;
  const names = [...hookNames(model.config), "logits"];
  const halved = hookNames(model.config).filter((hook) =>
    golden.names.includes(`halved.${hook}.ce`),
  );

  test("the golden file holds every hook and the logits", () => {
    expect(golden.names.filter((name) => !/^(halved|tokens|ce)/.test(name)).sort()).toEqual(
      names.sort(),
    );
    expect(halved).toHaveLength(8);
  });

  test("every hook and the logits are those of transformers", async () => {
    const found = await model.hooks(tokens, [n, context_size], names);
    for (const name of names) {
      expect(found[name].shape, name).toEqual(golden.info(name).shape);
      expect(maxRelativeDifference(found[name], golden.tensor(name)), name).toBeLessThan(TOLERANCE);
    }
  });

  test("so are those of the reference in plain loops", async () => {
    const reference = await referenceEngine(dir, model.config);
    const found = await reference.hooks({ contexts: n, context_size }, tokens, names);
    for (const name of names)
      expect(maxRelativeDifference({ data: found[name] }, golden.tensor(name)), name).toBeLessThan(
        TOLERANCE,
      );
  });

  test.each(halved)("half of %s spliced in gives transformers' CE and KL", async (hook) => {
    const x = await model.activations(tokens, n, hook);
    const half = { shape: x.shape, data: x.data.map((value) => value / 2) };
    const compared = await model.compare(tokens, n, hook, x, half);
    const spliced = await model.splice(tokens, n, hook, half);
    const ce = golden.tensor(`halved.${hook}.ce`);
    const kl = golden.tensor(`halved.${hook}.kl`);
    const reference = await referenceEngine(dir, model.config);
    const batch = { contexts: n, context_size };
    const plain = await reference.compare(batch, tokens, hook, x.data, half.data);
    expect(maxRelativeDifference({ data: spliced.ce }, ce)).toBeLessThan(TOLERANCE);
    expect(maxRelativeDifference({ data: compared.ce_xHat }, ce)).toBeLessThan(TOLERANCE);
    expect(maxRelativeDifference({ data: compared.ce_x }, golden.tensor("ce"))).toBeLessThan(
      TOLERANCE,
    );
    expect(maxRelativeDifference({ data: plain.ce_xHat }, ce)).toBeLessThan(TOLERANCE);
    for (let i = 0; i < kl.data.length; i++) {
      expect(Math.abs(compared.kl[i] - kl.data[i])).toBeLessThan(3e-6);
      expect(Math.abs(plain.kl[i] - kl.data[i])).toBeLessThan(3e-6);
    }
  });
});

/** The model in plain loops. */
async function referenceEngine(dir: string, config: ModelConfig): Promise<Engine> {
  const family = familyOf(config);
  const weights = await openWeights(dir, family.weights(config), family.buffers);
  return eagerEngine(
    "plain loops",
    { family, config, weights },
    (batch) => referenceOps(weights.get, { ...batch, ...config }),
    async () => {},
  );
}
