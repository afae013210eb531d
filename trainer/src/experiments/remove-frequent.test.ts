import { describe, expect, test } from "vitest";
import { fakeSplice, orthogonalSae } from "./fake-splice.ts";
import {
  atL0,
  cutting,
  frequencyCurves,
  frequencyCuts,
  targetL0s,
  uncut,
} from "./remove-frequent.ts";
import { measureSpliced } from "./spliced.ts";

const density = [0.5, 0.25, 1, 0.125];
const cutAway = ({ isCut }: { isCut: Uint8Array }) => [...isCut.keys()].filter((f) => isCut[f]);

describe("a cut", () => {
  test("from the top takes the most frequent until the densities of the rest are the aim", () => {
    const cuts = frequencyCuts(density, [1, 0.4, 0.1], "top");
    // of 1.875: without the third 0.875, without the first too 0.375
    expect(cuts.map(cutAway)).toEqual([[], [2], [0, 2], [0, 1, 2, 3]]);
    expect(cuts.map(({ features_cut }) => features_cut)).toEqual([0, 1, 2, 4]);
  });

  test("from the bottom takes the least frequent", () => {
    expect(frequencyCuts(density, [1.5, 1], "bottom").map(cutAway)).toEqual([
      [],
      [1, 3],
      [0, 1, 3],
    ]);
  });

  test("leaves features never active", () => {
    const acts = {
      n: 2,
      offsets: Int32Array.of(0, 2, 3),
      features: Int32Array.of(0, 2, 2),
      values: Float32Array.of(5, 6, 7),
    };
    const cuts = frequencyCuts(density, [1], "top");
    const [whole, without] = cutting(cuts)(acts, Int32Array.of(0, 1));
    expect(whole).toEqual(acts);
    expect([...without.offsets]).toEqual([0, 1, 1]);
    expect([...without.values]).toEqual([5]);
  });
});

test("aims go down by √2 to 1, and none is above what there is", () => {
  expect(targetL0s({ l0: null }, 4).map((l0) => Math.round(l0 * 100) / 100)).toEqual([
    2.83, 2, 1.41, 1,
  ]);
  expect(targetL0s({ l0: [3, 2] }, 4)).toEqual([3, 2]);
  expect(() => targetL0s({ l0: [4.5, 2] }, 4)).toThrow(
    "--l0 4.5: expected less than 4.0, the L0 without a cut",
  );
});

test("between two L0s a curve is linear in their logarithm, and nothing beyond", () => {
  const curve = [
    { l0: 16, value: 1 },
    { l0: 4, value: 0 },
  ];
  expect(atL0(curve, 8)).toBeCloseTo(0.5);
  expect([atL0(curve, 4), atL0(curve, 16)]).toEqual([0, 1]);
  expect([atL0(curve, 3), atL0(curve, 17)]).toEqual([null, null]);
});

test("the gap is the cut one's figure minus the trained one's, at the trained one's L0", async () => {
  // two features, the first always active; zeros cost 0, the clean loss is −(2 + 4)
  const rows = [
    [9, 9],
    [2, 4],
    [2, 4],
  ];
  const whole = orthogonalSae([
    [1, 0],
    [0, 1],
  ]);
  // one feature alone, along the second dimension: it recovers 4 of 6
  const single = orthogonalSae([[0, 1]]);
  const cuts = {
    top: frequencyCuts([1, 0.9], [1], "top"),
    bottom: frequencyCuts([1, 0.9], [1], "bottom"),
  };
  const spliced = await measureSpliced(fakeSplice(rows, 3, [-1, -1]), [
    { encoder: whole.encoder, variants: cutting([...cuts.top, cuts.bottom[1]]) },
    { encoder: single.encoder, variants: uncut },
  ]);
  const [[none, top, bottom], [other]] = spliced.subjects;
  const member = { weights_sha256: "0".repeat(64), architecture: "standard", d_sae: 2 };
  const { family, ...curves } = frequencyCurves(
    cuts,
    [
      { ...member, name: "sparse", sums: other },
      { ...member, name: "whole", sums: none },
    ],
    { top: [none, top], bottom: [none, bottom] },
    { resamples: 10, seed: 0 },
    spliced,
  );
  expect(curves.top.map(({ l0 }) => l0)).toEqual([2, 1]);
  // without the first the second is left, which is worth 4 of 6; from the bottom the first, worth 2
  expect(curves.top[1].ce_loss_recovered.value).toBeCloseTo(4 / 6);
  expect(curves.bottom[1].ce_loss_recovered.value).toBeCloseTo(2 / 6);
  expect(family.map(({ name }) => name)).toEqual(["whole", "sparse"]);
  expect(family[1].gap.top?.ce_loss_recovered.value).toBeCloseTo(0);
  expect(family[1].gap.bottom?.ce_loss_recovered.value).toBeCloseTo(-2 / 6);
  expect(family[1].gap.bottom?.ce_diff.value).toBeCloseTo(2);
});
