import { expect, test } from "vitest";
import { DeadFeatures } from "./dead-features.ts";

test("a feature is dead once it has not fired on so many tokens, and alive again when it fires", () => {
  const dead = new DeadFeatures(new Int32Array(2), 20);
  const fired = Int32Array.of(0, 3);
  dead.update(fired, 10);
  expect([...dead.mask]).toEqual([0, 0]);
  dead.update(fired, 10);
  expect([...dead.mask]).toEqual([1, 0]);
  expect(dead.fraction).toBe(0.5);
  dead.update(Int32Array.of(1, 0), 10);
  expect([...dead.mask]).toEqual([0, 0]);
});
