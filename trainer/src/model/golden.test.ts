import { describe, expect, test } from "vitest";
import { eagerEngine } from "./eager-engine.ts";
import type { Engine, EngineInput } from "./engine.ts";
import { goldenDifferences, goldenNames, openGolden } from "./golden-cases.ts";
import { onnxEngine } from "./onnx/engine.ts";
import { referenceOps } from "./reference-ops.ts";

/*
 * transformers computed the golden files in float64.
 * Largest differences seen: 1.4e-6 over all hooks and logits, 8.3e-7 for CE; KL within 1.1e-6 nats.
 */
const TOLERANCE = 3e-6;

const engines: Record<string, (input: EngineInput) => Engine> = {
  "ONNX Runtime": (input) => onnxEngine(input, 1),
  "plain loops": (input) =>
    eagerEngine(
      "plain loops",
      input,
      (batch) => referenceOps(input.weights.get, { ...batch, ...input.config }),
      async () => {},
    ),
};

describe.each(goldenNames)("%s", async (name) => {
  const golden = await openGolden(name);

  test("has golden numbers of every hook, and of half of the activations at one layer's", () => {
    const { parallel_residual } = golden.input.config;
    expect(golden.names).toHaveLength(
      3 + golden.input.config.n_layers * (parallel_residual ? 6 : 7),
    );
    expect(golden.halved).toHaveLength(8);
    for (const name of golden.names) expect(golden.expected(name).data.length).toBeGreaterThan(0);
  });

  test.each(Object.keys(engines))("%s computes what transformers computes", async (engine) => {
    const differences = await goldenDifferences(engines[engine](golden.input), golden);
    for (const [what, difference] of Object.entries(differences))
      expect(difference, what).toBeLessThan(TOLERANCE);
  });
});
