import { expect, test } from "vitest";
import type { FeatureRow } from "@/lib/views.ts";
import { KnownRows, placeAfterKey } from "./known-rows.ts";

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ index: from + i }) as FeatureRow);

test("of what is in sight, the chunks are asked for that are not known whole", () => {
  const known = new KnownRows();
  known.add(0, rows(0, 50)); // half of the first chunk
  expect(known.missing(0, 49, 1000)).toEqual([]);
  expect(known.missing(30, 60, 1000)).toEqual([0]);
  expect(known.missing(40, 210, 1000)).toEqual([0, 1, 2]);
  known.add(100, rows(100, 100));
  expect(known.missing(40, 210, 1000)).toEqual([0, 2]);
});

test("beyond either end there is nothing to ask for", () => {
  expect(new KnownRows().missing(-30, 20, 1000)).toEqual([0]);
  expect(new KnownRows().missing(990, 1100, 995)).toEqual([9]);
  expect(new KnownRows().missing(0, 10, 0)).toEqual([]);
});

test("rows are found by their places, and the oldest are forgotten before there are too many", () => {
  const known = new KnownRows();
  for (let from = 0; from < 25_000; from += 100) known.add(from, rows(7 + from, 100));
  expect(known.get(24_999)?.index).toBe(25_006);
  expect(known.get(0)).toBeUndefined();
  expect(known.get(5000)).toBeDefined();
  expect(known.get(4999)).toBeUndefined();
});

test.each([
  ["ArrowDown", 5, 6],
  ["ArrowUp", 0, 0],
  ["PageDown", 5, 25],
  ["PageUp", 25, 5],
  ["PageDown", 95, 99],
  ["Home", 50, 0],
  ["End", 50, 99],
  ["a", 50, null],
])("%s leads from row %i of 100 to %s", (key, place, to) =>
  expect(placeAfterKey(key, place, { total: 100, page: 20 })).toBe(to),
);
