import { expect, test } from "vitest";
import { type SparseActs, toSparse } from "../../sae/sparse-acts.ts";
import { Random } from "../../tensor/random.ts";
import { type ConnectConfig, connectConfig } from "./config.ts";
import { connect } from "./connect.ts";
import type { Pair, Samples } from "./samples.ts";

const random = new Random(0, "connections test");
const d_from = 6;

/** n tokens of sources that fire on a third of them. */
const draw = (n: number) =>
  Array.from({ length: n }, () =>
    Array.from({ length: d_from }, () => (random.next() < 1 / 3 ? 0.5 + random.next() : 0)),
  );
const toActs = (rows: number[][]): SparseActs =>
  toSparse({ shape: [rows.length, rows[0].length], data: Float32Array.from(rows.flat()) });

type Rule = (sources: number[]) => number[];
const pairOf = (sources: number[][], rule: Rule): Pair => ({
  from: toActs(sources),
  to: toActs(sources.map(rule)),
});
const samplesOf = (rule: Rule): Samples => ({
  train: pairOf(draw(600), rule),
  heldOut: pairOf(draw(300), rule),
  d_from,
  d_to: rule(new Array(d_from).fill(0)).length,
});
const connected = (rule: Rule, settings: Partial<ConnectConfig> = {}) =>
  connect({ ...samplesOf(rule), threads: 1 }, connectConfig.parse({ l1: 1e-4, ...settings }));

test("planted weights are found, and explain everything", async () => {
  const [first, second] = await connected((a) => [2 * a[0] + 0.5 * a[3], 1.5 * a[5]]);
  expect(first).toMatchObject({ feature: 0, sources: [0, 3], bias: 0 });
  expect(first.weights[0]).toBeCloseTo(2, 2);
  expect(first.weights[1]).toBeCloseTo(0.5, 2);
  expect(first.variance_explained).toBeGreaterThan(0.999);
  expect(second.sources).toEqual([5]);
  expect(second.relu_weights[0]).toBeCloseTo(1.5, 2);
});

test("what one source gives alone, L1 shortens by its share: 3a becomes 3 · (1 − 0.1) a", async () => {
  const [{ sources, weights, relu_weights }] = await connected((a) => [3 * a[2]], { l1: 0.1 });
  expect(sources).toEqual([2]);
  expect(weights[0]).toBeCloseTo(2.7, 4);
  expect(relu_weights[0]).toBeCloseTo(2.7, 2);
});

test("and a negative weight by as much", async () => {
  const [{ weights }] = await connected((a) => [-3 * a[2]], { l1: 0.1, variant: "linear" });
  expect(weights[0]).toBeCloseTo(-2.7, 4);
});

test("a difference that is cut off at 0 is explained by ReLU, and only partly without", async () => {
  const [{ sources, relu_weights, variance_explained, variance_explained_relu }] = await connected(
    (a) => [Math.max(0, a[1] - a[4])],
  );
  expect(variance_explained).toBeLessThan(0.9);
  expect(variance_explained_relu).toBeGreaterThan(0.999);
  expect(relu_weights[sources.indexOf(1)]).toBeCloseTo(1, 1);
  expect(relu_weights[sources.indexOf(4)]).toBeCloseTo(-1, 1);
});

test("sources in another order of tokens explain nothing", async () => {
  const { train, heldOut, ...sizes } = samplesOf((a) => [2 * a[0] + a[1]]);
  const others = samplesOf((a) => a);
  const samples = {
    ...sizes,
    train: { ...train, from: others.train.from },
    heldOut: { ...heldOut, from: others.heldOut.from },
  };
  const config = connectConfig.parse({ l1: 0.05, bias: true });
  const [row] = await connect({ ...samples, threads: 1 }, config);
  for (const share of [row.variance_explained, row.variance_explained_relu])
    expect(Math.abs(share as number)).toBeLessThan(0.05);
});

test("a constant is learnt when it is asked for", async () => {
  const rule: Rule = (a) => [5 - a[0]];
  const [without] = await connected(rule);
  const [row] = await connected(rule, { bias: true });
  expect(without).toMatchObject({ bias: 0, relu_bias: 0 });
  expect(without.variance_explained).toBeLessThan(0);
  for (const [weight, bias, share] of [
    [row.weights[0], row.bias, row.variance_explained],
    [row.relu_weights[0], row.relu_bias, row.variance_explained_relu],
  ]) {
    expect(weight).toBeCloseTo(-1, 1);
    expect(bias).toBeCloseTo(5, 1);
    expect(share).toBeGreaterThan(0.99);
  }
});

test("a feature that never fires has no sources, and one that never varies no share", async () => {
  const [dead] = await connected(() => [0]);
  expect(dead).toMatchObject({ sources: [], variance_explained: null });
});

test("one variant alone leaves the other's numbers out", async () => {
  const [row] = await connected((a) => [a[0]], { variant: "relu" });
  expect(row).toMatchObject({ variance_explained: null, weights: [0], sources: [0] });
  const [linear] = await connected((a) => [a[0]], { variant: "linear" });
  expect(linear).toMatchObject({ variance_explained_relu: null, relu_weights: [0] });
});

test("rows do not depend on the number of threads", async () => {
  const samples = samplesOf((a) => [a[0] + a[1], a[2], Math.max(0, a[3] - a[0])]);
  const config = connectConfig.parse({});
  const alone = await connect({ ...samples, threads: 1 }, config);
  expect(alone.map(({ feature }) => feature)).toEqual([0, 1, 2]);
  expect(await connect({ ...samples, threads: 2 }, config)).toEqual(alone);
});

test("an abort stops it", async () => {
  const samples = samplesOf((a) => a);
  const signal = AbortSignal.abort();
  await expect(
    connect({ ...samples, threads: 1, signal }, connectConfig.parse({})),
  ).rejects.toThrow(/abort/i);
});
