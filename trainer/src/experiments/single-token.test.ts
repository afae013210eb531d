import { expect, test } from "vitest";
import { TokenTypes } from "./single-token.ts";

/** Rows of a token's type and what is active there: [feature, activation]. */
function typesOf(...rows: [type: number, ...active: [feature: number, activation: number][]][]) {
  const types = new TokenTypes(4);
  for (const [type, ...active] of rows)
    types.add(
      {
        n: 1,
        offsets: Int32Array.of(0, active.length),
        features: Int32Array.from(active, ([feature]) => feature),
        values: Float32Array.from(active, ([, activation]) => activation),
      },
      Int32Array.of(type),
    );
  return types;
}

test("a feature of one type, one of nearly one, one of two halves, and one that never fires", () => {
  const found = typesOf(
    [7, [0, 1], [1, 9], [2, 1]],
    [7, [0, 1], [2, 1]],
    [8, [1, 1], [2, 2]],
  ).shares(2);
  expect(found).toEqual({
    l0: 7 / 3,
    alive: 3,
    counted: 3,
    one_type: 1 / 3,
    // 9 of 10 lie on type 7
    mass_90: 2 / 3,
    // 2 of 4 on either
    mass_50: 1,
  });
});

test("the mass counts, not how often", () => {
  // three of five activations are on type 1, but no type has half of the mass, 7.5
  const types = typesOf([1, [0, 1]], [1, [0, 1]], [1, [0, 1]], [2, [0, 3.5]], [3, [0, 1]]);
  expect(types.shares(1)).toMatchObject({ one_type: 0, mass_90: 0, mass_50: 0 });
  expect(typesOf([1, [0, 1]], [2, [0, 9]]).shares(1)).toMatchObject({ one_type: 0, mass_90: 1 });
});

test("features that fire too rarely to tell are left out", () => {
  const found = typesOf([1, [0, 1]], [1, [0, 1], [1, 1]], [2, [0, 1]]).shares(3);
  expect(found).toMatchObject({ alive: 2, counted: 1, one_type: 0 });
});
