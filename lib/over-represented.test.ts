import { expect, test } from "vitest";
import { benjaminiHochberg, overRepresented, upperTail } from "./over-represented.ts";

test("three aces of four in a hand of five of ten cards", () => {
  // C(4,3)·C(6,2) = 60 and C(4,4)·C(6,1) = 6 of C(10,5) = 252 hands
  const tail = upperTail(10);
  expect(tail(3, 4, 5)).toBeCloseTo(66 / 252, 12);
  expect(tail(4, 4, 5)).toBeCloseTo(6 / 252, 12);
  // none at all: C(6,5) = 6 hands
  expect(tail(1, 4, 5)).toBeCloseTo(246 / 252, 12);
});

test("the tail is 1 from the least that is possible on, and 0 beyond the most", () => {
  const tail = upperTail(10);
  expect(tail(0, 4, 5)).toBe(1);
  expect(tail(3, 8, 5)).toBe(1); // of 8 marked at most 2 stay out
  expect(tail(4, 8, 5)).toBeLessThan(1);
  expect(tail(5, 4, 5)).toBe(0);
  expect(tail(4, 4, 10)).toBe(1); // everything was drawn
});

test("one marked thing is among the drawn with their share", () => {
  const tail = upperTail(100_000);
  expect(tail(1, 1, 25_000)).toBeCloseTo(0.25, 9);
});

test("it does not matter which side is called marked, and which drawn", () => {
  const tail = upperTail(20_000);
  for (const k of [3, 60, 90, 300])
    expect(tail(k, 600, 2000) / tail(k, 2000, 600)).toBeCloseTo(1, 8);
  expect(tail(3, 600, 2000)).toBeCloseTo(1, 8); // far below the 60 that chance gives
  expect(tail(300, 600, 2000)).toBeGreaterThan(0); // and far above
  expect(tail(300, 600, 2000)).toBeLessThan(1e-100);
});

test("corrected p-values are p · m / rank, and never fall as p rises", () => {
  // sorted 0.01, 0.02, 0.03, 0.5: times 4 / rank 0.04, 0.04, 0.04, 0.5
  expect(benjaminiHochberg([0.03, 0.5, 0.01, 0.02])).toEqual([0.04, 0.5, 0.04, 0.04]);
  // 0.04 · 2 / 2 = 0.04 is less than 0.03 · 2 / 1 = 0.06, so both get it
  expect(benjaminiHochberg([0.03, 0.04])).toEqual([0.04, 0.04]);
  expect(benjaminiHochberg([0.9, 1])).toEqual([1, 1]);
  expect(benjaminiHochberg([])).toEqual([]);
});

const options = { least: 2, most: 10 };

test("a feature that is active inside alone comes first, by the ratio of the rates", () => {
  // 5 of 10 are selected; feature 0 at 4, all inside; 1 everywhere; 2 outside alone; 3 nowhere
  const found = overRepresented(
    { selected: 5, total: 10, inside: [4, 5, 0, 0], overall: [4, 10, 3, 0] },
    options,
  );
  expect(found.tests).toBe(3);
  expect(found.features.map(({ index, ratio }) => [index, ratio])).toEqual([
    [0, 2],
    [1, 1],
  ]);
  expect(found.features[0]?.p_adjusted).toBeCloseTo((3 * 6) / 252, 12);
  expect(found.features[1]?.p_adjusted).toBe(1);
});

test("of everything nothing is over-represented", () => {
  const all = [3, 10, 7];
  const found = overRepresented({ selected: 10, total: 10, inside: all, overall: all }, options);
  expect(found.features.map(({ ratio, p_adjusted }) => [ratio, p_adjusted])).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
});

test("what is active at too few is left out, and the list ends", () => {
  const counts = { selected: 5, total: 10, inside: [1, 3, 4], overall: [1, 3, 4] };
  const ask = (least: number, most: number) =>
    overRepresented(counts, { least, most }).features.map((feature) => feature.index);
  expect(ask(2, 10)).toEqual([2, 1]); // the same ratio: the one that is active at more of them first
  expect(ask(1, 1)).toEqual([2]);
});
