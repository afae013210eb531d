import { expect, test } from "vitest";
import { countedPositions, countedRows, toTokenPolicy } from "./policy.ts";

const tokens = Int32Array.of(0, 5, 0, 7, 8, 9, 5, 0);
const config = { exclude_first_position: true, exclude_special_tokens: true };
const counted = (changes: Partial<typeof config>) => [
  ...countedPositions(tokens, 4, toTokenPolicy({ ...config, ...changes }, [0])),
];

test("position 0 of every context and special tokens are not counted", () => {
  expect(counted({})).toEqual([0, 1, 0, 1, 0, 1, 1, 0]);
});

test("either can be", () => {
  expect(counted({ exclude_first_position: false })).toEqual([0, 1, 0, 1, 1, 1, 1, 0]);
  expect(counted({ exclude_special_tokens: false })).toEqual([0, 1, 1, 1, 0, 1, 1, 1]);
});

test("counted rows keep their order", () => {
  const x = { shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  expect(countedRows(x, Uint8Array.of(1, 0, 1))).toEqual({
    shape: [2, 2],
    data: Float32Array.of(1, 2, 5, 6),
  });
});
