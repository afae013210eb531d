import { expect, test } from "vitest";
import { randomSae, randomTensor } from "../sae/random-sae.ts";
import { encode, preActivations, type Sae } from "../sae/sae.ts";
import { maxRelativeDifference } from "../tensor/compare.ts";
import { Random } from "../tensor/random.ts";
import { describeFit, withDecoder } from "./finetune.ts";

const random = new Random(0, "finetune");
const sizes = { d_in: 6, d_sae: 20 };
const x = randomTensor(random, 1, 40, 6);
const decoder = { W_dec: randomTensor(random, 1, 20, 6), b_dec: randomTensor(random, 1, 6) };

test.each(["standard", "gated", "topk"] as const)(
  "with another b_dec the activations of %s stay what they were",
  (architecture) => {
    const sae = randomSae(random, {
      architecture,
      ...sizes,
      k: architecture === "topk" ? 3 : null,
    });
    const after = withDecoder(sae, decoder);
    expect(after.b_dec).toEqual(decoder.b_dec);
    expect(maxRelativeDifference(preActivations(after, x), preActivations(sae, x))).toBeLessThan(
      1e-5,
    );
    expect(maxRelativeDifference(encode(after, x), encode(sae, x))).toBeLessThan(1e-5);
  },
);

test("with b_dec as it was, and in a transcoder, the encoder stays as it is", () => {
  const sae = randomSae(random, { architecture: "standard", ...sizes, k: null });
  const transcoder: Sae = {
    ...sae,
    config: { ...sae.config, transcoder: { d_out: 6, skip: false } },
  };
  expect(withDecoder(sae, { ...decoder, b_dec: sae.b_dec }).b_enc).toBe(sae.b_enc);
  expect(withDecoder(transcoder, decoder).b_enc).toBe(sae.b_enc);
});

test("a feature's scale is its new row along the old one, over those that fire", () => {
  const sae = randomSae(random, { architecture: "standard", d_in: 2, d_sae: 3, k: null });
  sae.W_dec.data.set([1, 0, 0, 2, 1, 1]);
  const W_dec = { ...sae.W_dec, data: Float32Array.from([1.5, 2, 0, 2, 9, 9]) };
  const { scale, turned } = describeFit(sae, {
    W_dec,
    fired: Float64Array.from([1, 10, 0]),
    tokens: 100,
  });
  // 1.5 at 1 %, 1 at 10 %: the less frequent one was shrunk more
  expect(scale).toMatchObject({ features: 2, p50: 1.25, spearman_density: -1 });
  expect(scale.by_density.map(({ features, p50 }) => [features, p50])).toEqual([
    [1, 1.5],
    [1, 1],
  ]);
  expect(turned?.p90).toBeCloseTo(1 - 0.1 * (1 - 1.5 / 2.5)); // cosines 0.6 and 1
});
