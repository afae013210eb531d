import { describe, expect, test } from "vitest";
import { type SaeConfig, saeConfig } from "../sae/config.ts";
import { createKernel, type Kernel } from "../sae/kernel/kernel.ts";
import { putArrays, putRows, putWeights, takeArrays } from "../sae/kernel/weights.ts";
import { randomSae, randomTensor } from "../sae/random-sae.ts";
import { weight, weightNames } from "../sae/weights.ts";
import { Random } from "../tensor/random.ts";
import { Backward } from "./backward.ts";
import { normalizeRows } from "./reference-step.ts";
import { trainingLayout } from "./step-layout.ts";

const rows = 601; // more than a dense slice of 264 rows, were d_sae large enough: see `dense_rows` below
const d_sae = 147;
const configs: SaeConfig[] = [
  { architecture: "standard", d_in: 21, d_sae, k: null },
  { architecture: "jumprelu", d_in: 21, d_sae, k: null, transcoder: { d_out: 37, skip: false } },
  { architecture: "gated", d_in: 21, d_sae, k: null },
];

const settings = {
  ...saeConfig.parse({ jumprelu_bandwidth: 1 }),
  batch: rows,
  clip_grad_norm: 1,
  auxk_coefficient: 0.3,
};

type Scalars = Record<string, number>;

/** The gradients of one batch, and what was summed on the way; `scalars` make room scarce. */
async function gradients(config: SaeConfig, dense_share: number, scalars: Scalars = {}) {
  const layout = trainingLayout(config, settings);
  const kernel = await createKernel({ threads: 2, sae_kernel: "portable", ...layout });
  kernel.set(scalars);
  putBatch(kernel, config);
  const isKept = new Backward(kernel, config, dense_share).run(rows);
  if (!isKept) kernel.runParts("gather");
  kernel.runParts("finish");
  kernel.run("reduce");
  const found = {
    isKept,
    grads: takeArrays(kernel, config, "g_"),
    sums: kernel.doubles("result").slice(),
    fired: kernel.ints("fired").slice(),
  };
  await kernel.dispose();
  return found;
}

function putBatch(kernel: Kernel, config: SaeConfig): void {
  const sae = randomSae(new Random(1, "sae"), config);
  normalizeRows(sae.W_dec);
  kernel.ints("group_end").set([d_sae]);
  putWeights(kernel, sae);
  for (const prefix of ["m_", "v_"]) putArrays(kernel, config, sae, prefix);
  const random = new Random(2, "x");
  const { d_in, transcoder } = config;
  putRows(kernel.floats("x"), randomTensor(random, 1, rows, d_in).data, d_in);
  if (transcoder)
    putRows(
      kernel.floats("y"),
      randomTensor(random, 1, rows, transcoder.d_out).data,
      transcoder.d_out,
    );
  const dead = [...Array(d_sae).keys()].filter((f) => f % 3 === 0);
  kernel.ints("dead").set(dead);
  kernel.set({ n_dead: dead.length, auxk: 0.3, sparsity: 0.5 / rows });
  kernel.runParts("dead_quants");
}

const never = 2;
const always = 0;

describe.each(configs)("the gradients of $architecture", (config) => {
  test.each<[string, number, Scalars]>([
    ["as whole matrices", always, {}],
    ["as whole matrices, in slices", always, { dense_rows: 264 }],
    ["from entries in slices", never, { entry_capacity: 20 * d_sae }],
  ])("are the same %s as from entries", async (_, dense_share, scalars) => {
    const expected = await gradients(config, never);
    const found = await gradients(config, dense_share, scalars);
    expect(expected.isKept).toBe(false);
    expect(found.isKept).toBe(true);
    expect(found.fired).toEqual(expected.fired);
    // measured: 5e-7 of the largest
    for (let i = 0; i < expected.sums.length; i++)
      expect(Math.abs(found.sums[i] - expected.sums[i])).toBeLessThanOrEqual(
        2e-6 * expected.sums[i] + 1e-6,
      );
    for (const name of weightNames(config)) {
      const [a, b] = [found, expected].map(({ grads }) => weight(grads, name).data);
      const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const worst = b.reduce((most, value, i) => Math.max(most, Math.abs(value - a[i])), 0);
      expect(worst / largest).toBeLessThan(2e-6);
    }
  });
});
