import { expect, test } from "vitest";
import { drawnRows, offsetFor, sightOf } from "./sight.ts";

const box = { total: 1000, rowHeight: 10, headHeight: 20 }; // of 120 pixels, ten rows are seen

test("the rows in sight are those below the head, parts of rows among them", () => {
  expect(sightOf(box, 0, 120)).toEqual({ first: 0, last: 9 });
  expect(sightOf(box, 5, 120)).toEqual({ first: 0, last: 10 });
  expect(sightOf(box, 9900, 120)).toEqual({ first: 990, last: 999 });
  expect(sightOf({ ...box, total: 3 }, 0, 120)).toEqual({ first: 0, last: 2 });
});

test("a row is scrolled to no farther than it takes", () => {
  expect(offsetFor(box, 5, 0, 120)).toBe(0);
  expect(offsetFor(box, 10, 0, 120)).toBe(10); // below: it becomes the last
  expect(offsetFor(box, 3, 200, 120)).toBe(30); // above: it becomes the first
  expect(offsetFor(box, 999, 0, 120)).toBe(9900);
});

test("rows beyond either end are drawn, and the one with the focus", () => {
  expect(drawnRows({ first: 0, last: 9 }, 1000, 0)).toEqual(
    Array.from({ length: 20 }, (_, i) => i),
  );
  expect(drawnRows({ first: 100, last: 109 }, 1000, 3).slice(0, 2)).toEqual([3, 90]);
  expect(drawnRows({ first: 100, last: 109 }, 1000, 500).slice(-2)).toEqual([119, 500]);
  expect(drawnRows({ first: 990, last: 999 }, 1000, 995)).toHaveLength(20);
});
