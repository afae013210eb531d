import { expect, test } from "vitest";
import { decode, encode, type Sae } from "../../sae/sae.ts";
import { toSparse } from "../../sae/sparse-acts.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Planted } from "../../train/planted.ts";
import { measureToy } from "./measure.ts";

const tensor = (shape: number[], data: number[]): Tensor => ({
  shape,
  data: Float32Array.from(data),
});
const half = Math.SQRT1_2;

/** True features along the axes of the plane; of `composed` they are a pair. */
const planted = (pairs: [number, number][] = []): Planted => ({
  directions: tensor([2, 2], [1, 0, 0, 1]),
  pairs,
  active: 1,
  rows: () => tensor([0, 2], []),
});

/** ReLU features that read and write along the given unit vectors. */
function saeOf(learnt: number[][]): Sae {
  const d_sae = learnt.length;
  const W_dec = tensor([d_sae, 2], learnt.flat());
  const columns = [0, 1].flatMap((j) => learnt.map((row) => row[j]));
  return {
    config: { architecture: "standard", d_in: 2, d_sae, k: null },
    W_enc: tensor([2, d_sae], columns),
    b_enc: tensor([d_sae], Array(d_sae).fill(0)),
    W_dec,
    b_dec: tensor([2], [0, 0]),
  };
}

function measure(learnt: number[][], pairs: [number, number][] = [], x = [2, 0, 0, 1]) {
  const sae = saeOf(learnt);
  const encoder = {
    encode: (rows: Tensor) => toSparse(encode(sae, rows)),
    decode: (acts: ReturnType<typeof toSparse>) => {
      const dense = tensor([acts.n, learnt.length], Array(acts.n * learnt.length).fill(0));
      for (let i = 0; i < acts.n; i++)
        for (let o = acts.offsets[i]; o < acts.offsets[i + 1]; o++)
          dense.data[i * learnt.length + acts.features[o]] = acts.values[o];
      return decode(sae, dense);
    },
  };
  const rows = tensor([x.length / 2, 2], x);
  return measureToy(planted(pairs), sae, encoder, rows, { found_cosine: 0.9 });
}

test("what was planted and learnt is found, and reconstructs without error", () => {
  const { measures, true_cosines } = measure([
    [1, 0],
    [0, 1],
  ]);
  expect(true_cosines).toEqual([1, 1]);
  expect(measures).toEqual({
    mmcs: 1,
    found: 1,
    composed_learnt: null,
    learnt_mmcs: 1,
    fvu: 0,
    l0: 1,
    l0_true: 1,
    dead_fraction: 0,
  });
});

test("a feature between two true ones has a cosine of √½ with both and finds neither", () => {
  const { measures } = measure([[half, half]]);
  expect(measures.mmcs).toBeCloseTo(half);
  expect(measures.found).toBe(0);
});

test("it is what A and B have in common where they are a pair", () => {
  const pair: [number, number][] = [[0, 1]];
  expect(measure([[half, half]], pair).measures.composed_learnt).toBe(1);
  const apart = [
    [1, 0],
    [0, 1],
  ];
  expect(measure(apart, pair).measures.composed_learnt).toBe(0);
});

test("an opposite direction is not the feature", () => {
  expect(measure([[-1, 0]]).true_cosines).toEqual([-1, 0]);
});

test("a feature that never fires is dead and counts for nothing that was learnt", () => {
  const { measures } = measure([
    [1, 0],
    [0, 1],
    [0, -1],
  ]);
  expect(measures.dead_fraction).toBeCloseTo(1 / 3);
  expect(measures.learnt_mmcs).toBe(1);
});

test("the picture holds unit vectors, and how often each learnt one fires", () => {
  const { picture } = measure([[0, 3]], [[0, 1]], [0, 1, 0, 2, 1, 0, -1, 0]);
  expect(picture?.learnt).toEqual([{ x: 0, y: 1, density: 0.5 }]);
  expect(picture?.composed[0]?.x).toBeCloseTo(half);
});
