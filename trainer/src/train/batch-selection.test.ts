import { beforeAll, expect, test } from "vitest";
import { activate } from "../sae/activate.ts";
import { type SaeConfig, saeConfig } from "../sae/config.ts";
import { createKernel, type Kernel } from "../sae/kernel/kernel.ts";
import { putRows, putWeights } from "../sae/kernel/weights.ts";
import { preActivations, type Sae } from "../sae/sae.ts";
import { type SparseActs, toSparse } from "../sae/sparse-acts.ts";
import { zeroWeights } from "../sae/weights.ts";
import { Random } from "../tensor/random.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { BatchSelection } from "./batch-selection.ts";
import { trainingLayout } from "./step-layout.ts";

const [n, k] = [203, 4];
const config: SaeConfig = { architecture: "batchtopk", d_in: 6, d_sae: 101, k };

/** Small whole numbers: every sum is exact, and very many are equal. */
function wholeNumbers(random: Random, most: number, ...shape: number[]): Tensor {
  const t = zeros(...shape);
  for (let i = 0; i < t.data.length; i++) t.data[i] = Math.round((random.next() * 2 - 1) * most);
  return t;
}

const random = new Random(0, "weights");
const sae: Sae = {
  config,
  ...zeroWeights(config),
  W_enc: wholeNumbers(random, 3, config.d_in, config.d_sae),
  b_enc: wholeNumbers(random, 2, config.d_sae),
};

let kernel: Kernel;
beforeAll(async () => {
  const settings = { ...saeConfig.parse({}), clip_grad_norm: 0, auxk_coefficient: 0, batch: n };
  kernel = await createKernel({
    threads: 2,
    sae_kernel: "portable",
    ...trainingLayout(config, settings),
  });
  putWeights(kernel, sae);
  return kernel.dispose;
});

function select(selection: BatchSelection, x: Tensor): SparseActs {
  putRows(kernel.floats("x"), x.data, config.d_in);
  const found = selection.select(x.shape[0], k);
  const [start, count] = [kernel.ints("row_start"), kernel.ints("row_count")];
  const feature = kernel.ints("entry_feature");
  const value = kernel.floats("entry_value");
  const offsets = new Int32Array(x.shape[0] + 1);
  const features: number[] = [];
  const values: number[] = [];
  for (let row = 0; row < x.shape[0]; row++) {
    for (let i = start[row]; i < start[row] + count[row]; i++) {
      features.push(feature[i]);
      values.push(value[i]);
    }
    offsets[row + 1] = features.length;
  }
  expect(found).toBe(features.length);
  return {
    n: x.shape[0],
    offsets,
    features: Int32Array.from(features),
    values: Float32Array.from(values),
  };
}

const expected = (x: Tensor) => toSparse(activate(sae, preActivations(sae, x)));

test.each([
  ["plenty", 2 * n * k + 16 * config.d_sae],
  ["for twice as many as are kept", 2 * n * k],
  ["for little more than are kept", n * k + 5 * config.d_sae],
])(
  "the largest of the batch are found, of equal ones the first, with room %s",
  (_, entry_capacity) => {
    kernel.set({ entry_capacity });
    const selection = new BatchSelection(kernel);
    const random = new Random(1, "x");
    // one batch after another: alike, far larger, far smaller, so small that few are positive, and shorter
    for (const [most, rows] of [
      [3, n],
      [3, n],
      [40, n],
      [2, n],
      [0, n],
      [4, n],
      [4, 31],
      [3, n],
    ]) {
      const x = wholeNumbers(random, most, rows, config.d_in);
      expect(select(selection, x)).toEqual(expected(x));
    }
  },
);

test("when all are equal the first rows have them", () => {
  kernel.set({ entry_capacity: n * k + config.d_sae });
  const x = zeros(n, config.d_in);
  kernel.floats("b_enc").fill(1, 0, config.d_sae);
  kernel.runParts("derive");
  const { offsets, values } = select(new BatchSelection(kernel), x);
  expect(values.length).toBe(n * k);
  expect([...offsets.slice(0, 9)]).toEqual([0, 101, 202, 303, 404, 505, 606, 707, 808]);
  expect(offsets[9]).toBe(n * k);
});
