import { expect, test } from "vitest";
import { stripOf } from "./strip.ts";

const example = {
  context: 7,
  window_start: 10,
  position: 13,
  tokens: ["Once", " upon", " a", " time", ",", " there"],
  activations: [0, 0, 0.5, 2, 0, 0],
};

test("the window is split at the token the example was chosen for", () => {
  const { before, from } = stripOf(example);
  expect(before.flatMap((s) => s.tokens)).toEqual(["Once", " upon", " a"]);
  expect(from[0]).toEqual({ at: 3, tokens: [" time"], activation: 2 });
});

test("inactive neighbours are one stretch, active tokens stand alone", () => {
  const { before, from } = stripOf(example);
  expect(before.map((s) => s.tokens.length)).toEqual([2, 1]);
  expect(from.map((s) => [s.tokens.length, s.activation])).toEqual([
    [1, 2],
    [2, 0],
  ]);
});

test("no token is lost or moved", () => {
  const { before, from } = stripOf(example);
  expect([...before, ...from].flatMap((s) => s.tokens)).toEqual(example.tokens);
});

test("a chosen token at the window's edge leaves the other side empty", () => {
  expect(stripOf({ ...example, position: 10 }).before).toEqual([]);
  expect(stripOf({ ...example, position: 99 }).from).toEqual([]);
});
