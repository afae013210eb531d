import { expect, test } from "vitest";
import { widthGaps } from "./width.ts";

const early = "blocks.0.hook_resid_post";
const late = "blocks.5.hook_resid_post";
const point = (hook_name: string, expansion_factor: number, recovered: number) => ({
  name: `${hook_name.slice(7, 8)}-${expansion_factor}x`,
  weights_sha256: "0".repeat(64),
  hook_name,
  d_sae: 128 * expansion_factor,
  expansion_factor,
  fvu: 1 - recovered,
  ce_diff: 10 * (1 - recovered),
  ce_loss_recovered: recovered,
  dead_fraction: 0,
  l0: 32,
});
// given late first: the order of the flags does not matter
const points = [
  point(late, 1, 0.5),
  point(late, 8, 0.8),
  point(late, 32, 0.85),
  point(early, 1, 0.8),
  point(early, 8, 0.9),
  point(early, 32, 0.98),
];

test("closed is what the worse layer gains, over the gap at the narrow width", () => {
  const gaps = widthGaps(points, 8);
  const [recovered, ce_diff, fvu] = gaps;
  expect(recovered).toMatchObject({
    metric: "ce_loss_recovered",
    early,
    late,
    narrow: 8,
    wide: 32,
  });
  // 0.8 − 0.9, 0.85 − 0.98; the late layer gains 0.05 of the 0.1 that it lacks
  expect(recovered?.at_narrow).toBeCloseTo(-0.1);
  expect(recovered?.at_wide).toBeCloseTo(-0.13);
  expect(recovered?.closed).toBeCloseTo(0.5);
  // of what should be low, the late layer has more: 2 − 1 nats, and loses 0.5 of it
  expect(ce_diff?.at_narrow).toBeCloseTo(1);
  expect(ce_diff?.closed).toBeCloseTo(0.5);
  expect(fvu?.closed).toBeCloseTo(0.5);
});

test("where the early layer is the worse one, it is what the early one gains", () => {
  const swapped = points.map((one) => ({
    ...one,
    hook_name: one.hook_name === early ? late : early,
  }));
  expect(widthGaps(swapped, 8)[0]?.at_narrow).toBeCloseTo(0.1);
  expect(widthGaps(swapped, 8)[0]?.closed).toBeCloseTo(0.5);
});

test("a wider dictionary that is worse closes less than nothing", () => {
  const worse = points.map((one) =>
    one.hook_name === late && one.expansion_factor === 32 ? point(late, 32, 0.75) : one,
  );
  expect(widthGaps(worse, 8)[0]?.closed).toBeCloseTo(-0.5);
});

test("the factor below the one asked for is taken where that is not there", () => {
  expect(widthGaps(points, 7)[0]?.narrow).toBe(1);
  expect(widthGaps(points, 0.5)[0]?.narrow).toBe(1);
});

test("one hook, or one width, has no gap", () => {
  expect(widthGaps(points.slice(0, 3), 8)).toEqual([]);
  expect(
    widthGaps(
      points.filter(({ expansion_factor }) => expansion_factor === 8),
      8,
    ),
  ).toEqual([]);
});
