import { describe, expect, test } from "vitest";
import { Random } from "../tensor/random.ts";
import { rowNorms } from "../tensor/row-norms.ts";
import { estimated, resamples } from "./bootstrap.ts";
import { fakeSplice, orthogonalSae } from "./fake-splice.ts";
import { largestL0, removalCurves, removals, removedCounts } from "./remove-lowest.ts";
import { measureSpliced } from "./spliced.ts";

const unit = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const settings = { mass: [0.1, 0.2], resamples: 100, seed: 0 };

type Options = { rows: number[][]; price?: number[]; W_dec?: number[][]; counts?: number[] };

/** Contexts of three positions, of which the second alone is counted and has a next token. */
async function curves({ rows, price = [1, 10, 100], W_dec = unit, counts = [0, 1] }: Options) {
  const { sae, encoder } = orthogonalSae(W_dec);
  const contexts = rows.flatMap((row) => [[9, 9, 9], row, row]);
  const input = fakeSplice(contexts, 3, price);
  const variants = removals(counts, settings, rowNorms(sae.W_dec));
  const spliced = await measureSpliced(input, [{ encoder, variants }]);
  return removalCurves(counts, settings, spliced);
}

describe("removing one active feature of three", () => {
  test("costs its square of the error, and what it is worth to the loss", async () => {
    const { ce_clean, lowest, highest } = await curves({ rows: [[3, 1, 2]] });
    expect(ce_clean).toBe(213);
    expect(lowest.map(({ k, l0 }) => [k, l0])).toEqual([
      [0, 3],
      [1, 2],
    ]);
    expect(lowest[0].ce_diff.value).toBe(0);
    // without the second, 1: a squared error of 1 over three dimensions, a loss lower by 10
    expect(lowest[1].mse.value).toBeCloseTo(1 / 3);
    expect(lowest[1].ce_diff.value).toBe(-10);
    // without the first, 3
    expect(highest[1].mse.value).toBeCloseTo(9 / 3);
    expect(highest[1].ce_diff.value).toBe(-3);
  });

  test("takes the one of least a_f · ‖d_f‖", async () => {
    // activations 3, 1, 2, contributions 3, 10, 2
    const W_dec = [unit[0], [0, 10, 0], unit[2]];
    const { lowest, highest } = await curves({ rows: [[3, 10, 2]], W_dec });
    expect(lowest[1].ce_diff.value).toBe(-200);
    expect(highest[1].ce_diff.value).toBe(-100);
  });

  test("takes each as often as the others when it is random, whatever the batches", async () => {
    const rows = Array.from({ length: 300 }, () => [3, 1, 2]);
    const { random } = await curves({ rows, price: [1, 0, 0] });
    // a third of the contexts lose the first, 3
    expect(random[1].ce_diff.value).toBeCloseTo(-1, 0);
    expect(random[1].l0).toBe(2);
    const { encoder, sae } = orthogonalSae(unit);
    const input = fakeSplice(rows.slice(0, 30), 3, [1, 10, 100]);
    const variants = removals([0, 1], settings, rowNorms(sae.W_dec));
    const measured = (batch_contexts: number) =>
      measureSpliced({ ...input, batch_contexts }, [{ encoder, variants }]);
    expect(await measured(1)).toEqual(await measured(10));
  });
});

test("the last active feature stays", async () => {
  const { lowest, random, highest } = await curves({
    rows: [
      [3, 1, 2],
      [5, 0, 0],
      [0, 0, 0],
    ],
    counts: [0, 2],
  });
  for (const curve of [lowest, random, highest]) expect(curve[1].l0).toBeCloseTo((1 + 1 + 0) / 3);
  expect(lowest[1].ce_diff.value).toBeCloseTo((-10 - 200) / 3);
});

test("by mass, as many of the lowest go as hold the share together", async () => {
  // of a mass of 10: 1 is the share 0.1, 1 + 2 is more than 0.2
  const { mass } = await curves({ rows: [[1, 7, 2]] });
  expect(mass.map(({ share, l0 }) => [share, l0])).toEqual([
    [0, 3],
    [0.1, 2],
    [0.2, 2],
  ]);
  expect(mass[1].ce_diff.value).toBe(-1);
});

describe("the verdict", () => {
  test("is that removing helps where the weakest features do harm", async () => {
    const rows = [
      [3, 1, 2],
      [30, 1, 2],
    ];
    const { best, helps, lowest } = await curves({ rows, price: [0, 1, 0] });
    expect([best.k, helps.k]).toEqual([1, true]);
    // contexts differ, but not in what they gain
    expect(lowest[1].against_none).toEqual({ value: -1, low: -1, high: -1 });
  });

  test("is that it does not where they do good, or half of the time", async () => {
    const good = await curves({ rows: [[3, 1, 2]], price: [-1, -1, -1] });
    expect([good.best.k, good.helps.k]).toEqual([0, false]);
    const rows = Array.from({ length: 20 }, (_, i) => (i % 2 ? [3, 1, 2] : [3, 2, 1]));
    const either = await curves({ rows, price: [0, 1, -1] });
    expect(either.helps.k).toBe(false);
  });
});

test("numbers to remove double up to all but one, and no token can spare more", () => {
  expect(removedCounts({ k: null }, 12)).toEqual([0, 1, 2, 4, 8, 11]);
  expect(removedCounts({ k: null }, 1)).toEqual([0]);
  expect(removedCounts({ k: [3, 11] }, 12)).toEqual([0, 3, 11]);
  expect(() => removedCounts({ k: [3, 12] }, 12)).toThrow(
    "--k 12: no token has more than 12 active features, of which one stays (expected at most 11)",
  );
});

test("the largest L0 is that of the row with most active features", () => {
  const { encoder } = orthogonalSae(unit);
  const data = Float32Array.from([1, 0, 0, 1, 2, 0, 0, 0, 0]);
  expect(largestL0(encoder.encode({ shape: [3, 3], data }))).toBe(2);
});

test("an interval holds what resamples give: of n things half 0, half 1, about ± 1.96 · 0.5 / √n", () => {
  const n = 400;
  const drawn = resamples(n, 1000, new Random(0, "test"));
  expect(drawn.every((weights) => weights.reduce((sum, weight) => sum + weight) === n)).toBe(true);
  const { value, low, high } = estimated(
    n,
    drawn,
    (weights) => weights.reduce((sum, weight, i) => sum + (i % 2) * weight, 0) / n,
  );
  expect(value).toBe(0.5);
  expect(Math.abs(low - (0.5 - 0.049))).toBeLessThan(0.005);
  expect(Math.abs(high - (0.5 + 0.049))).toBeLessThan(0.005);
});
