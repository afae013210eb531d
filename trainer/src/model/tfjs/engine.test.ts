import "@tensorflow/tfjs-backend-cpu";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { maxRelativeDifference } from "../../tensor/compare.ts";
import { readSafetensors } from "../../tensor/safetensors.ts";
import { familyOf } from "../config.ts";
import type { Engine } from "../engine.ts";
import { hookNames } from "../hook-names.ts";
import { loadModel } from "../model.ts";
import { openWeights } from "../weights.ts";
import { tfjsEngine } from "./engine.ts";

beforeAll(() => tf.setBackend("cpu"));

/** Largest seen: 7.8e-7 over all hooks and logits, 1.6e-7 for CE; KL within 4.2e-7 nats. */
const TOLERANCE = 3e-6;

const fixtures = join(import.meta.dirname, "../../../fixtures/model");

describe.each(["tiny-parallel", "tiny-sequential"])("%s on tfjs", async (name) => {
  const dir = join(fixtures, name);
  const { config } = await loadModel(dir, { threads: 1 });
  const family = familyOf(config);
  const weights = await openWeights(dir, family.weights(config), family.buffers);
  const engine = tfjsEngine("tfjs (cpu)", tf, { family, config, weights });
  const golden = readSafetensors(join(dir, "golden.safetensors"));
  const { shape, data } = golden.array("tokens");
  const batch = { contexts: shape[0], context_size: shape[1] };
  const tokens = data as Int32Array;
  const hook = "blocks.1.hook_resid_pre";

  test("gives transformers' activations at every hook, and its logits", async () => {
    const names = [...hookNames(config), "logits"];
    const found = await engine.hooks(batch, tokens, names);
    for (const name of names)
      expect(maxRelativeDifference({ data: found[name] }, golden.tensor(name)), name).toBeLessThan(
        TOLERANCE,
      );
  });

  test("gives transformers' CE and KL with half of a hook spliced in", async () => {
    const { [hook]: x } = await engine.hooks(batch, tokens, [hook]);
    const half = x.map((value) => value / 2);
    const compared = await engine.compare(batch, tokens, hook, x, half);
    const ce = golden.tensor(`halved.${hook}.ce`);
    const kl = golden.tensor(`halved.${hook}.kl`);
    expect(maxRelativeDifference({ data: compared.ce_x }, golden.tensor("ce"))).toBeLessThan(
      TOLERANCE,
    );
    expect(maxRelativeDifference({ data: compared.ce_xHat }, ce)).toBeLessThan(TOLERANCE);
    expect(await engine.ce(batch, tokens, hook, half)).toEqual(compared.ce_xHat);
    expect(Math.max(...kl.data.map((nats, i) => Math.abs(nats - compared.kl[i])))).toBeLessThan(
      3e-6,
    );
  });

  test("keeps no tensor but the weights and its tables, and none in the end", async () => {
    await everyCall(engine);
    const kept = tf.memory().numTensors;
    await everyCall(engine);
    expect(tf.memory().numTensors).toBe(kept);
    await engine.dispose();
    expect(tf.memory().numTensors).toBe(0);
  });

  async function everyCall({ hooks, ce, compare }: Engine): Promise<void> {
    const found = await hooks(batch, tokens, [...hookNames(config), "logits"]);
    for (const name of ["hook_embed", "blocks.1.attn.hook_z", "ln_final.hook_normalized"]) {
      await ce(batch, tokens, name, found[name]);
      await compare(batch, tokens, name, found[name], found[name]);
    }
  }
});
