import { expect, test } from "vitest";
import { zeros } from "../tensor/tensor.ts";
import { describeCeDiff } from "./ce-diff.ts";
import type { DatapointsConfig } from "./config.ts";
import { Datapoints } from "./datapoints.ts";

const context_size = 4;
const nothing = { datapoints: 0, worst_fraction: 0, best_datapoints: 0, shown_contexts: 0 };

/**
 * Contexts of four tokens of which the first does not count and the last has no next token, so two positions
 * each are measured: at CE-diffs `ce_diffs[context]`. Feature 10 · context + position is active there, alone.
 */
function collected(
  ce_diffs: [number, number][],
  config: Partial<DatapointsConfig>,
  batch_contexts = 2,
) {
  const n_contexts = ce_diffs.length;
  const points = new Datapoints({ ...nothing, ...config }, { n_contexts, context_size, seed: 0 });
  for (let first = 0; first < n_contexts; first += batch_contexts) {
    const those = ce_diffs.slice(first, first + batch_contexts);
    const rows = 3 * those.length;
    points.add({
      first,
      mask: Uint8Array.from(those.flatMap(() => [0, 1, 1, 1])),
      counted: zeros(rows, 2),
      xHat: zeros(rows, 2),
      acts: {
        n: rows,
        offsets: Int32Array.from({ length: rows + 1 }, (_, row) => row),
        features: Int32Array.from(
          those.flatMap((_, i) => [1, 2, 3].map((at) => 10 * (first + i) + at)),
        ),
        values: new Float32Array(rows).fill(1),
      },
      ce_clean: new Float32Array(3 * those.length).fill(1),
      ce_sae: Float32Array.from(those.flatMap(([a, b]) => [9, 1 + a, 1 + b])),
    });
  }
  return points.finish();
}
const placesOf = ({ datapoints }: ReturnType<typeof collected>) =>
  datapoints.map(({ origin, context, position }) => `${origin} ${context} ${position}`);

const ce_diffs: [number, number][] = [
  [0, 1],
  [5, -1],
  [0.5, 0.25],
  [4, -2],
  [0.125, 3],
];

test("the worst share of all measured positions is kept, in order of context and position", () => {
  const found = collected(ce_diffs, { worst_fraction: 0.3 }); // 3 of 10
  expect(placesOf(found)).toEqual(["worst 1 1", "worst 3 1", "worst 4 2"]);
  expect(found.datapoints.map(({ ce_diff }) => ce_diff)).toEqual([5, 4, 3]);
  expect(found.datapoints.map(({ features }) => [...features])).toEqual([[11], [31], [42]]);
});

test("the best are those that x̂ helps most", () => {
  expect(placesOf(collected(ce_diffs, { best_datapoints: 2 }))).toEqual(["best 1 2", "best 3 2"]);
});

test("of the contexts with the worst and the best positions every measured position is kept", () => {
  const found = collected(ce_diffs, { worst_fraction: 0.1, shown_contexts: 1 });
  expect(placesOf(found)).toEqual(["worst 1 1", "context 1 2", "context 3 1", "context 3 2"]);
});

test("what is in the sample is of the sample, however bad: each position is there once", () => {
  const found = collected(ce_diffs, { datapoints: 10, worst_fraction: 1, best_datapoints: 10 });
  expect(found.datapoints).toHaveLength(10);
  expect(new Set(found.datapoints.map(({ origin }) => origin))).toEqual(new Set(["sample"]));
});

test("does not depend on batching", () => {
  const config = { datapoints: 3, worst_fraction: 0.2, best_datapoints: 1, shown_contexts: 1 };
  for (const size of [1, 3, 5])
    expect(collected(ce_diffs, config, size)).toEqual(collected(ce_diffs, config));
});

test("of equal CE-diffs the first is kept", () => {
  const even = ce_diffs.map((): [number, number] => [1, 1]);
  expect(placesOf(collected(even, { worst_fraction: 0.2 }))).toEqual(["worst 0 1", "worst 0 2"]);
});

test("losses are there for every position, counted or not, and CE-diffs for those measured", () => {
  const { losses, ce_diffs: all } = collected(ce_diffs, {});
  expect([...losses.ce_sae.subarray(0, 6)]).toEqual([9, 1, 2, 9, 6, 0]);
  expect([...all]).toEqual(ce_diffs.flat());
});

test("CE-diff is described over all positions: mean, spread, share of the worst", () => {
  const found = describeCeDiff(collected(ce_diffs, { datapoints: 10 }));
  expect(found.tokens).toBe(10);
  expect(found.mean).toBeCloseTo(1.0875); // 10.875 in all
  expect(found.negative_fraction).toBe(0.2);
  expect(found.quantiles.at(-1)).toEqual({ q: 1, ce_diff: 5 });
  // a thousandth of ten positions is one of them
  expect(found.shares).toEqual(
    [0.001, 0.01, 0.1].map((worst) => ({ worst, of_total: 5 / 10.875 })),
  );
  expect(found.histogram.counts.reduce((a, b) => a + b)).toBe(10);
  expect(found.histogram).toMatchObject({ min: -2, max: 5 });
  expect(found.spearman.l0).toBeNull(); // one feature everywhere
});
