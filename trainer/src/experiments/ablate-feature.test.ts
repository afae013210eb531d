import { expect, test } from "vitest";
import { ablateFeature } from "./ablate-feature.ts";
import { fakeSplice, orthogonalSae } from "./fake-splice.ts";

const { encoder } = orthogonalSae([
  [1, 0, 0],
  [0, 2, 0],
  [0, 0, 1],
]);

/** Two contexts of four positions, the first of which is not counted. */
const rows = [
  [9, 9, 9],
  [3, 0, 2],
  [1, 4, -5],
  [1, 1, 1],
  [9, 9, 9],
  [5, 0, 0],
  [1, 0, 0],
  [2, 0, 0],
];

test("without a feature each loss changes by what a_f · d_f is worth there, from its firing on", async () => {
  const { model, tokens, ...where } = fakeSplice(rows, 4, [1, 10, 100]);
  const ids = tokens.contexts(0, 2);
  const [first, second] = await ablateFeature({ ...where, model, encoder, ids, n: 2 }, 1);
  // of [0, 2, 0] is a_f half of what stands there: 4 and 1 give 2 and ½
  expect(first).toEqual({
    from: 2,
    activations: [0, 0, 2, 0.5],
    ce_sae: [999, 203, 41],
    ce_without: [999, 203, 1],
  });
  expect(second).toEqual({
    from: null,
    activations: [0, 0, 0, 0],
    ce_sae: [999, 5, 1],
    ce_without: [999, 5, 1],
  });
});

test("x̂ is what stands there before: what the dictionary gives back of a negative number is 0", async () => {
  const { model, tokens, ...where } = fakeSplice(rows, 4, [0, 0, 1]);
  const ids = tokens.contexts(0, 1);
  const [context] = await ablateFeature({ ...where, model, encoder, ids, n: 1 }, 2);
  expect(context.ce_sae).toEqual([9, 2, 0]);
  expect(context.ce_without).toEqual([9, 0, 0]);
});
