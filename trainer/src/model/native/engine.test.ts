import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { addonForTests } from "../../../fixtures/native-addon.ts";
import type { Engine } from "../engine.ts";
import { goldenDifferences, goldenNames, openGolden } from "../golden-cases.ts";
import { openModel } from "../open-model.ts";
import type { Addon } from "./addon.ts";
import { nativeEngine } from "./engine.ts";
import { inPieces } from "./pieces.ts";

/*
 * Largest seen over all models: 1.9e-6 of hooks and logits, 7.4e-7 of CE, KL within 9.4e-7 nats in float32;
 * 1.6e-6, 4.4e-7 and 9e-7 with bf16x6; 2.7e-5, 1.1e-5 and 1.4e-5 with bf16x3.
 */
const tolerances = { float32: 3e-6, bf16x6: 3e-6, bf16x3: 6e-5 };

const found = addonForTests();
const reason = typeof found === "string" ? found : "";
const addon = found as Addon;
const embedded = join(import.meta.dirname, "../../../embedded/model");
const hook = "blocks.2.hook_resid_post";

describe.skipIf(reason)(`native engine ${reason}`, () => {
  describe.each(reason ? [] : addon.variants())("for $name", ({ name: variant, precision }) => {
    test.each(goldenNames)("computes what transformers computes: %s", async (name) => {
      const golden = await openGolden(name);
      const engine = nativeEngine(golden.input, 2, { addon, variant });
      const differences = await goldenDifferences(engine, golden);
      await engine.dispose();
      for (const [what, difference] of Object.entries(differences))
        expect(difference, what).toBeLessThan(tolerances[precision]);
    });

    test("gives the same numbers for any number of threads, to the last bit", async () => {
      const input = await openModel(embedded);
      const batch = { contexts: 9, context_size: 61 };
      const tokens = Int32Array.from({ length: 9 * 61 }, (_, i) => (i * 977) % 2000);
      const results = await Promise.all(
        [1, 2, 5].map(async (threads) => {
          const engine = nativeEngine(input, threads, { addon, variant });
          const { [hook]: x } = await engine.hooks(batch, tokens, [hook]);
          const losses = await engine.compare(batch, tokens, hook, x, x.map(Math.abs));
          await engine.dispose();
          return { x, losses };
        }),
      );
      expect(results[1]).toEqual(results[0]);
      expect(results[2]).toEqual(results[0]);
    });
  });

  test("gives a comparison with itself a divergence of exactly 0", async () => {
    const golden = await openGolden("tiny-parallel");
    const engine = nativeEngine(golden.input, 1, { addon });
    const { [hook]: x } = await engine.hooks(golden.batch, golden.tokens, [hook]);
    const { ce_x, ce_xHat, kl } = await engine.compare(golden.batch, golden.tokens, hook, x, x);
    await engine.dispose();
    expect(ce_xHat).toEqual(ce_x);
    expect(kl).toEqual(new Float32Array(kl.length));
  });

  test("is named after what runs it", async () => {
    const golden = await openGolden("tiny-parallel");
    const engine = nativeEngine(golden.input, 1, { addon });
    expect(engine.name).toBe(`native (${addon.variants()[0].name})`);
    await engine.dispose();
    await expect(engine.hooks(golden.batch, golden.tokens, [hook])).rejects.toThrow("closed");
  });
});

describe("an engine in pieces", () => {
  /** Gives back what it was given, notes how many contexts came at a time, and takes one call at a time. */
  const seen: number[] = [];
  let working = 0;
  const echo: Engine = {
    name: "echo",
    async hooks({ contexts }, tokens, names) {
      seen.push(contexts);
      expect(working++).toBe(0);
      await Promise.resolve();
      working--;
      return Object.fromEntries(names.map((name) => [name, Float32Array.from(tokens)]));
    },
    ce: async (_batch, _tokens, _hook, patched) => patched,
    compare: async (_batch, _tokens, _hook, x, xHat) => ({ ce_x: x, ce_xHat: xHat, kl: x }),
    dispose: async () => {},
  };
  const batch = { contexts: 5, context_size: 4 };
  const tokens = Int32Array.from({ length: 20 }, (_, i) => i);
  const patch = Float32Array.from({ length: 60 }, (_, i) => i / 2);

  test.each([
    [1, [1, 1, 1, 1, 1]],
    [8, [1, 2, 2]],
    [1000, [5]],
  ])("of about %d tokens puts them together again", async (rows, contexts) => {
    seen.length = 0;
    const engine = inPieces(echo, rows);
    const { a, b } = await engine.hooks(batch, tokens, ["a", "b"]);
    expect(seen).toEqual(contexts);
    expect(a).toEqual(Float32Array.from(tokens));
    expect(b).toEqual(a);
    expect(await engine.ce(batch, tokens, "a", patch)).toEqual(patch);
    const twice = await Promise.all([1, 2].map(() => engine.hooks(batch, tokens, ["a"])));
    expect(twice).toEqual([{ a }, { a }]);
    const other = patch.map((value) => value + 1);
    const losses = await engine.compare(batch, tokens, "a", patch, other);
    await engine.dispose();
    expect(losses).toEqual({ ce_x: patch, ce_xHat: other, kl: patch });
  });
});
