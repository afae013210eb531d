import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Random } from "../../tensor/random.ts";

type Functions = { exponential(x: number): number; logarithm(x: number): number };

const module = new WebAssembly.Module(
  readFileSync(new URL("../../../kernels/sae.wasm", import.meta.url)),
);
const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true });
const { exponential, logarithm } = new WebAssembly.Instance(module, { env: { memory } })
  .exports as Functions;

const random = new Random(0, "x");
const some = (most: number) => Array.from({ length: 10_000 }, () => most * (2 * random.next() - 1));

test("exp and log of the kernels are those of JavaScript, to 1e-14 of the result", () => {
  for (const x of [0, -0, 1, -1, 1e-300, Math.LN2 / 2, 699, ...some(1), ...some(690)]) {
    expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-14);
    const y = Math.exp(x / 10);
    expect(Math.abs(logarithm(y) - Math.log(y))).toBeLessThanOrEqual(
      1e-15 * Math.max(1, Math.abs(x)),
    );
  }
});

test("beyond what a float holds, exp is as small or as large as can be", () => {
  for (const x of [-1e9, -Infinity]) expect(Math.fround(exponential(x))).toBe(0);
  for (const x of [1e9, Infinity]) expect(Math.fround(exponential(x))).toBe(Infinity);
  expect(exponential(Number.NaN)).toBeNaN();
});
