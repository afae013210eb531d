import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { maxRelativeDifference } from "../../tensor/compare.ts";
import { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Interpreter } from "../eager-engine.ts";
import type { Sizes } from "../ops.ts";
import { referenceOps } from "../reference-ops.ts";
import { nextTokenLosses } from "./next-token.ts";
import { tfjsOps } from "./ops.ts";

beforeAll(() => tf.setBackend("cpu"));

/** tfjs' erf on this backend is good to 1.5e-7 (Abramowitz and Stegun, 7.1.26); all else rounds as float32 does. */
const TOLERANCE = 1e-6;

// 4 heads, of which 2 share a key
const sizes: Sizes = { contexts: 3, context_size: 5, n_heads: 4, n_kv_heads: 2, d_head: 6 };
const n = 15;
const shapes: Record<string, number[]> = {
  x: [n, 24],
  y: [n, 24],
  keys: [n, 12],
  W: [10, 24],
  Wt: [24, 10],
  b: [10],
  gain: [24],
  bias: [24],
  table: [11, 24],
};
const weights: Record<string, Tensor> = Object.fromEntries(
  Object.entries(shapes).map(([name, shape]) => [name, { shape, data: numbers(shape, name) }]),
);
const plain = referenceOps((name) => weights[name], sizes);
const onDevice = new Map<string, tf.Tensor>();
const kept = (key: string, make: () => tf.Tensor) => {
  onDevice.set(key, onDevice.get(key) ?? tf.keep(make()));
  return onDevice.get(key) as tf.Tensor;
};
const weight = (name: string) => {
  const { shape, data } = weights[name];
  return kept(name, () => tf.tensor(data, shape));
};
const ops = tfjsOps(tf, weight, kept, sizes);

const cases: [string, <T>(o: Interpreter<T>) => T][] = [
  ["gather", (o) => o.gather(o.weight("table"), o.ids(Int32Array.of(3, 0, 10, 3)))],
  ["positions", (o) => o.positions(o.weight("table"))],
  ["linear", (o) => o.linear(o.weight("x"), o.weight("W"), o.weight("b"))],
  ["linear without bias", (o) => o.linear(o.weight("x"), o.weight("W"))],
  ["project", (o) => o.project(o.weight("x"), o.weight("Wt"), o.weight("b"))],
  ["add", (o) => o.add(o.weight("x"), o.weight("y"))],
  ["multiply", (o) => o.multiply(o.weight("x"), o.weight("y"))],
  ["scale", (o) => o.scale(o.weight("x"), o.weight("gain"))],
  ["layerNorm", (o) => o.layerNorm(o.weight("x"), o.weight("gain"), o.weight("bias"), 0.1)],
  ["rmsNorm", (o) => o.rmsNorm(o.weight("x"), 0.1)],
  ["gelu", (o) => o.gelu(o.weight("x"))],
  ["geluTanh", (o) => o.geluTanh(o.weight("x"))],
  ["silu", (o) => o.silu(o.weight("x"))],
  ["heads", (o) => o.heads(o.weight("x"), 4)],
  ["part", (o) => o.part(o.heads(o.weight("x"), 4), 1, 3)],
  ["rotate", (o) => o.rotate(o.heads(o.weight("x"), 4), Float32Array.of(1, 0.25))],
  [
    "rotate, all of a head",
    (o) => o.rotate(o.heads(o.weight("x"), 4), Float32Array.of(1, 0.3, 0.1)),
  ],
  ["rotate, nothing", (o) => o.rotate(o.heads(o.weight("x"), 4), new Float32Array(0))],
  [
    "attend",
    (o) => {
      const keys = o.heads(o.weight("keys"), 2);
      return o.attend(o.heads(o.weight("x"), 4), keys, o.multiply(keys, keys));
    },
  ],
];

describe("on tfjs, as in plain loops:", () => {
  test.each(cases)("%s", async (_, compute) => {
    const expected = compute(plain);
    const found = compute(ops);
    expect(found.shape).toEqual(expected.shape);
    const difference = maxRelativeDifference({ data: await ops.read(found) }, expected);
    expect(difference).toBeLessThan(TOLERANCE);
  });
});

describe("next-token losses on tfjs", () => {
  const targets = Int32Array.from({ length: 12 }, (_, i) => (i * 7) % 11);

  test("do not depend on how many rows of logits are made at a time", async () => {
    const W_U = weight("table");
    const whole = await ops.compareLosses(weight("x"), weight("y"), W_U, targets);
    const five = nextTokenLosses(tf, sizes, 5 * 11 * 4);
    expect(await five.compareLosses(weight("x"), weight("y"), W_U, targets)).toEqual(whole);
    expect(await five.nextTokenLoss(weight("x"), W_U, targets)).toEqual(whole.ce_x);
  });

  test("are those of plain loops", async () => {
    const found = await ops.compareLosses(weight("x"), weight("y"), weight("table"), targets);
    const { x, y, table } = weights;
    const expected = await plain.compareLosses(x, y, table, targets);
    for (const loss of ["ce_x", "ce_xHat", "kl"] as const)
      expect(
        maxRelativeDifference({ data: found[loss] }, { data: expected[loss] }),
        loss,
      ).toBeLessThan(TOLERANCE);
  });
});

function numbers(shape: number[], name: string): Float32Array {
  const random = new Random(3, name);
  return Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 2 * random.next() - 1);
}
