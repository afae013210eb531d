import { describe, expect, test } from "vitest";
import { addonForTests } from "../../../fixtures/native-addon.ts";
import { Random } from "../../tensor/random.ts";
import { zeros } from "../../tensor/tensor.ts";
import type { SaeConfig } from "../config.ts";
import { randomTensor } from "../random-sae.ts";
import type { Sae } from "../sae.ts";
import { encodeRows } from "./encode.ts";
import type { Kernel, KernelSizes } from "./kernel.ts";
import { encoderLayout, paddedWidth } from "./layout.ts";
import { createNativeKernel } from "./native-kernel.ts";
import { createPortableKernel } from "./portable-kernel.ts";
import { putRows, putWeights } from "./weights.ts";

/*
 * The kernel computes few pre-activations, having bounded the others; here all are computed, in the same order
 * of additions, and chosen from. Both must give the same bytes, however close the choice is.
 */

type Create = (sizes: KernelSizes) => Promise<Kernel>;

const addon = addonForTests();
const kernels: [string, Create][] = [["WebAssembly", createPortableKernel]];
if (typeof addon !== "string")
  for (const variant of addon.trainingVariants())
    kernels.push([variant, async (sizes) => createNativeKernel(addon, sizes, variant)]);

const ROWS = 40;
type Case = { sae: Sae; x: Float32Array };
type Rule = Pick<SaeConfig, "architecture" | "k">;

const topk = (k: number): Rule => ({ architecture: "topk", k });
const relu: Rule = { architecture: "standard", k: null };
const jumprelu: Rule = { architecture: "jumprelu", k: null };

/** Normal numbers: x of standard deviation 1, features of norm about 1. */
function normal({ architecture, k }: Rule, d_in: number, d_sae: number): Case {
  const random = new Random(7, "screen");
  const weights = {
    W_enc: randomTensor(random, d_in ** -0.5, d_in, d_sae),
    b_enc: randomTensor(random, 0.1, d_sae),
    W_dec: zeros(d_sae, d_in),
    b_dec: randomTensor(random, 0.1, d_in),
    ...(architecture === "jumprelu" && { threshold: zeros(d_sae) }),
  };
  weights.threshold?.data.forEach((_, f, threshold) => {
    threshold[f] = 1 + (f % 5) / 2;
  });
  const sae = { config: { architecture, d_in, d_sae, k }, ...weights };
  return { sae, x: randomTensor(random, 1, ROWS, d_in).data };
}

function change(given: Case, work: (given: Case) => void): Case {
  work(given);
  return given;
}

const scaleColumns = (x: Float32Array, d: number, by: (i: number) => number) =>
  x.forEach((value, at) => {
    x[at] = value * by(at % d);
  });

/** W_enc's column `to` becomes column `from`, off by `ulps` units in the last place of its first number. */
function copyFeature({ sae: { W_enc, b_enc } }: Case, from: number, to: number, ulps = 0): void {
  const [d_in, d_sae] = W_enc.shape;
  for (let i = 0; i < d_in; i++) W_enc.data[i * d_sae + to] = W_enc.data[i * d_sae + from];
  W_enc.data[to] += ulps * 2 ** -30;
  b_enc.data[to] = b_enc.data[from];
}

const cases: [string, () => Case][] = [
  ["topk", () => normal(topk(32), 96, 1000)],
  ["topk, k = 1", () => normal(topk(1), 64, 700)],
  ["topk, k = d_sae", () => normal(topk(130), 64, 130)],
  ["topk, 1 input", () => normal(topk(5), 1, 300)],
  ["relu", () => normal(relu, 96, 500)],
  ["jumprelu", () => normal(jumprelu, 96, 500)],
  [
    "three inputs 200 times as large as the others",
    () =>
      change(normal(topk(32), 128, 1000), ({ x }) =>
        scaleColumns(x, 128, (i) => (i % 50 === 3 ? 200 : 1)),
      ),
  ],
  [
    "one input 10⁶ times as large",
    () =>
      change(normal(topk(32), 128, 1000), ({ x }) =>
        scaleColumns(x, 128, (i) => (i === 77 ? 1e6 : 1)),
      ),
  ],
  [
    "features of norms from 10⁻⁴ to 10⁴",
    () =>
      change(normal(topk(32), 96, 1000), ({ sae: { W_enc } }) =>
        scaleColumns(W_enc.data, 1000, (f) => 10 ** ((f % 9) - 4)),
      ),
  ],
  [
    "biases much larger than the products",
    () =>
      change(normal(relu, 96, 500), ({ sae: { b_enc } }) => scaleColumns(b_enc.data, 1, () => 1e5)),
  ],
  [
    "every feature ten times, so that the k-th is one of ten that are equal",
    () =>
      change(normal(topk(35), 96, 1000), (c) => {
        for (let f = 100; f < 1000; f++) copyFeature(c, f % 100, f);
      }),
  ],
  [
    "features that differ in the last place",
    () =>
      change(normal(topk(35), 96, 1000), (c) => {
        for (let f = 50; f < 1000; f++) copyFeature(c, f % 50, f, (f % 7) - 3);
      }),
  ],
  [
    "all features nearly the same, so that bounds tell nothing",
    () =>
      change(normal(topk(20), 96, 1500), (c) => {
        for (let f = 1; f < 1500; f++) copyFeature(c, 0, f, f % 3);
      }),
  ],
  [
    "rows that are b_dec, so that nothing is left to encode",
    () =>
      change(normal(topk(32), 96, 1000), ({ sae, x }) => {
        for (let row = 0; row < ROWS; row += 2) x.set(sae.b_dec.data, row * 96);
      }),
  ],
  [
    "numbers too small for their squares, and smaller than float32's normal ones",
    () =>
      change(normal(topk(32), 96, 1000), ({ sae, x }) => {
        sae.b_dec.data.fill(0);
        sae.b_enc.data.fill(0);
        scaleColumns(x, ROWS * 96, (at) => (at < 48 * 96 ? 1e-22 : 1e-40));
      }),
  ],
  [
    "weights too small for their squares",
    () =>
      change(normal(relu, 96, 500), ({ sae }) => {
        sae.b_enc.data.fill(0);
        scaleColumns(sae.W_enc.data, 500, (f) => (f % 2 ? 1e-25 : 1e-41));
      }),
  ],
];

type Chosen = { feature: number[]; value: number[] }[];

async function encoded(create: Create, { sae, x }: Case, threads: number): Promise<Chosen> {
  const { scalars, arrays } = encoderLayout(sae.config, ROWS);
  const kernel = await create({ threads, scalars, arrays });
  putWeights(kernel, sae);
  putRows(kernel.floats("x"), x, sae.config.d_in);
  encodeRows(kernel, 0, ROWS);
  const [start, count] = [kernel.ints("row_start"), kernel.ints("row_count")];
  const [feature, value] = [kernel.ints("entry_feature"), kernel.floats("entry_value")];
  const chosen = Array.from({ length: ROWS }, (_, row) => ({
    feature: [...feature.subarray(start[row], start[row] + count[row])],
    value: [...value.subarray(start[row], start[row] + count[row])],
  }));
  await kernel.dispose();
  return chosen;
}

/** Σ aᵢ bᵢ in 16 sums side by side, added by halves, every result rounded to float32 */
function dot(a: Float32Array, b: Float32Array): number {
  const sum = new Float32Array(16);
  for (let i = 0; i < a.length; i++) sum[i % 16] += Math.fround(a[i] * b[i]);
  for (let half = 8; half > 0; half >>= 1) for (let i = 0; i < half; i++) sum[i] += sum[i + half];
  return sum[0];
}

function chosenFromAll({ sae, x }: Case): Chosen {
  const { d_in, d_sae, k } = sae.config;
  const padded = paddedWidth(d_in);
  const features = Array.from({ length: d_sae }, (_, f) => {
    const w = new Float32Array(padded);
    for (let i = 0; i < d_in; i++) w[i] = sae.W_enc.data[i * d_sae + f];
    return w;
  });
  return Array.from({ length: ROWS }, (_, row) => {
    const centred = new Float32Array(padded);
    for (let i = 0; i < d_in; i++) centred[i] = x[row * d_in + i] - sae.b_dec.data[i];
    const pre = features.map((w, f) => Math.fround(dot(centred, w) + sae.b_enc.data[f]));
    const floor = (f: number) => sae.threshold?.data[f] ?? 0;
    const positive = [...pre.keys()].filter((f) => pre[f] > floor(f));
    const kept = positive.sort((f, g) => pre[g] - pre[f] || f - g).slice(0, k ?? d_sae);
    const feature = kept.sort((f, g) => f - g);
    return { feature, value: feature.map((f) => pre[f]) };
  });
}

describe.each(cases)("%s", (_, make) => {
  const given = make();
  const expected = chosenFromAll(given);
  test.each(kernels)("with %s", async (_, create) => {
    expect(await encoded(create, given, 1)).toEqual(expected);
    expect(await encoded(create, given, 3)).toEqual(expected);
  });
});
