import { expect, test } from "vitest";
import { colorPoints, rowsBetween, rowsOfCategory } from "./colorings.ts";

const ids = Int32Array.of(50, 60, 70);
const named = [
  { id: 60, text: "a", points: 1 },
  { id: 50, text: "b", points: 1 },
];

test("categories have colours in order of how many points they are, and the rest is one", () => {
  const { categories, paint } = colorPoints("category", ids, named, false);
  expect(categories?.map(({ text, points }) => [text, points])).toEqual([
    ["a", 1],
    ["b", 1],
    ["other", 1],
  ]);
  expect(new Set(paint.colors).size).toBe(3);
  expect(paint.order[0]).toBe(2); // what is in no category lies below
});

test("numbers are coloured on a scale of their kind", () => {
  const values = Float32Array.of(-1, 0, 2);
  const { low, high } = colorPoints("diverging", values, [], false).scale ?? {};
  expect(low).toBe(-(high ?? 0));
  expect(colorPoints("log", values, [], false).scale).toMatchObject({ low: 2, high: 2 });
});

test("rows are found by a range with its ends, as the column rounds them", () => {
  expect(rowsBetween(Float32Array.of(-1, 0, 2), -1, 0)).toEqual([0, 1]);
  expect(rowsBetween(Float32Array.of(0.1, 0.2), 0.2, 0.2)).toEqual([1]);
  expect(rowsBetween(Int32Array.of(4, 5, 6), 7, 9)).toEqual([]);
});

test("rows are found by category, and those of none together", () => {
  expect(rowsOfCategory(ids, 50, named)).toEqual([0]);
  expect(rowsOfCategory(ids, null, named)).toEqual([2]);
});
