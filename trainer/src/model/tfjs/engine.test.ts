import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../engine.ts";
import { type GoldenCase, goldenDifferences, goldenNames, openGolden } from "../golden-cases.ts";
import { tfjsEngine } from "./engine.ts";

beforeAll(() => tf.setBackend("cpu"));

/** Largest seen: 8.9e-7 over all hooks and logits, 2.3e-7 for CE; KL within 4.5e-7 nats. */
const TOLERANCE = 3e-6;

describe.each(goldenNames)("on tfjs, %s", async (name) => {
  const golden = await openGolden(name);
  const engine = tfjsEngine("tfjs (cpu)", tf, golden.input);

  test("computes what transformers computes", async () => {
    const differences = await goldenDifferences(engine, golden);
    for (const [what, difference] of Object.entries(differences))
      expect(difference, what).toBeLessThan(TOLERANCE);
  });

  test("keeps no tensor but the weights and its tables, and none in the end", async () => {
    await everyCall(engine, golden);
    const kept = tf.memory().numTensors;
    await everyCall(engine, golden);
    expect(tf.memory().numTensors).toBe(kept);
    await engine.dispose();
    expect(tf.memory().numTensors).toBe(0);
  });
});

async function everyCall(engine: Engine, { batch, tokens, names }: GoldenCase): Promise<void> {
  const found = await engine.hooks(batch, tokens, names);
  for (const hook of ["hook_embed", "blocks.1.attn.hook_z", "ln_final.hook_normalized"]) {
    await engine.ce(batch, tokens, hook, found[hook]);
    await engine.compare(batch, tokens, hook, found[hook], found[hook]);
  }
}
