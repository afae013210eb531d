import { describe, expect, test } from "vitest";
import { Random } from "../tensor/random.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { keepLargest, relu } from "./activate.ts";
import { type SaeConfig, saeConfig } from "./config.ts";
import { auxiliaryK, type LossOptions, lossAndGrads } from "./loss.ts";
import { randomSae, randomTensor } from "./random-sae.ts";
import { decode, preActivations, type Sae } from "./sae.ts";
import { type WeightName, weight, weightNames } from "./weights.ts";

const sizes = { d_in: 6, d_sae: 14, k: null };
const dead = Uint8Array.from({ length: sizes.d_sae }, (_, f) => (f % 3 === 0 ? 1 : 0));
const none: LossOptions = {
  ...saeConfig.parse({}),
  sparsity_coefficient: 0,
  auxk_coefficient: 0,
  dead,
};
const transcoder = { d_out: 5, skip: true };
const cases: [string, SaeConfig, Partial<LossOptions>][] = [
  ["standard", { ...sizes, architecture: "standard" }, { sparsity_coefficient: 0.7 }],
  [
    "standard with p = ½",
    { ...sizes, architecture: "standard" },
    { sparsity_coefficient: 0.7, lp_norm: 0.5 },
  ],
  ["gated", { ...sizes, architecture: "gated" }, { sparsity_coefficient: 0.7 }],
  ["jumprelu, step", { ...sizes, architecture: "jumprelu" }, { sparsity_coefficient: 0.7 }],
  [
    "jumprelu, tanh",
    { ...sizes, architecture: "jumprelu" },
    { sparsity_coefficient: 0.7, jumprelu_sparsity: "tanh" },
  ],
  ["topk with dead features", { ...sizes, architecture: "topk", k: 4 }, { auxk_coefficient: 0.3 }],
  [
    "batchtopk with dead features",
    { ...sizes, architecture: "batchtopk", k: 4 },
    { auxk_coefficient: 0.3 },
  ],
  [
    "matryoshka_batchtopk with dead features",
    { ...sizes, architecture: "matryoshka_batchtopk", k: 4, group_sizes: [2, 5, 7] },
    { auxk_coefficient: 0.3 },
  ],
  ["a topk transcoder", { ...sizes, architecture: "topk", k: 4, transcoder }, {}],
  [
    "a standard transcoder",
    { ...sizes, architecture: "standard", transcoder },
    { sparsity_coefficient: 0.7 },
  ],
];
const x = randomTensor(new Random(0, "x"), 1, 9, sizes.d_in);
const targets = randomTensor(new Random(0, "y"), 1, 9, transcoder.d_out);

describe.each(cases)("%s", (_, config, changes) => {
  const options = { ...none, ...changes };
  const y = config.transcoder ? targets : null;
  const sae = randomSae(new Random(0, "sae"), config);
  const { grads, ...loss } = lossAndGrads(sae, x, y, options);
  const smooth = weightNames(config).filter((name) => name !== "threshold");

  test.each(smooth)("d loss / d %s matches finite differences", (name) => {
    // The loss is nearly a polynomial of degree two in each weight, so a wide step costs little.
    const step = 2e-3;
    const gradient = weight(grads, name).data;
    const largest = gradient.reduce((max, g) => Math.max(max, Math.abs(g)), 0);
    expect(largest).toBeGreaterThan(0);
    const held = withConstants(sae, y, options);
    for (let i = 0; i < gradient.length; i++) {
      const [above, below] = [step, -step].map((by) => held(nudged(sae, name, i, by)));
      // measured: at most 1.3e-4 of the largest gradient, 7.5e-4 for the steep slope of √a
      expect(Math.abs((above - below) / (2 * step) - gradient[i])).toBeLessThan(1e-3 * largest);
    }
  });

  test("has a loss that is the sum of its parts", () => {
    const parts = loss.mse_loss + loss.sparsity_loss + loss.auxk_loss;
    expect(loss.loss).toBe(parts);
    expect(withConstants(sae, y, options)(sae)).toBeCloseTo(parts, 5);
  });
});

test("an SAE that gives back its input has no loss but the penalty", () => {
  const identity: Sae = {
    config: { architecture: "standard", d_in: 2, d_sae: 2, k: null },
    W_enc: { shape: [2, 2], data: Float32Array.of(0.5, 0, 0, 1) },
    b_enc: { shape: [2], data: Float32Array.of(0, 0) },
    W_dec: { shape: [2, 2], data: Float32Array.of(2, 0, 0, 1) },
    b_dec: { shape: [2], data: Float32Array.of(0, 0) },
  };
  const positive = { shape: [2, 2], data: Float32Array.of(4, 1, 2, 3) };
  const options = { ...none, sparsity_coefficient: 10 };
  const { mse_loss, sparsity_loss } = lossAndGrads(identity, positive, null, options);
  expect(mse_loss).toBe(0);
  // Σ a ‖d‖ of the two rows: 2·2 + 1 and 1·2 + 3
  expect(sparsity_loss).toBe(10 * 5);
});

test("the loss is a mean over rows: the same rows twice change nothing", () => {
  const config: SaeConfig = { ...sizes, architecture: "topk", k: 4 };
  const sae = randomSae(new Random(0, "sae"), config);
  const twice: Tensor = { shape: [18, 6], data: Float32Array.of(...x.data, ...x.data) };
  const options = { ...none, auxk_coefficient: 0.3 };
  const [once, doubled] = [x, twice].map((rows) => lossAndGrads(sae, rows, null, options));
  expect(doubled.loss).toBeCloseTo(once.loss, 5);
  expect(doubled.auxk_loss).toBeGreaterThan(0);
  expect(doubled.grads.W_enc.data[0]).toBeCloseTo(once.grads.W_enc.data[0], 5);
});

describe("a threshold", () => {
  /** x̂ = a (1 feature, 1 input), pre = x; the target is x itself */
  const one = (threshold: number): Sae => ({
    config: { architecture: "jumprelu", d_in: 1, d_sae: 1, k: null },
    W_enc: { shape: [1, 1], data: Float32Array.of(1) },
    b_enc: { shape: [1], data: Float32Array.of(0) },
    W_dec: { shape: [1, 1], data: Float32Array.of(1) },
    b_dec: { shape: [1], data: Float32Array.of(0) },
    threshold: { shape: [1], data: Float32Array.of(threshold) },
  });
  const gradient = (value: number, options: Partial<LossOptions>) => {
    const row = { shape: [1, 1], data: Float32Array.of(value) };
    const settings = { ...none, jumprelu_bandwidth: 0.5, ...options };
    return lossAndGrads(one(2), row, null, settings).grads.threshold?.data[0];
  };

  test("falls for an input just below it, which it keeps from being reconstructed", () => {
    // dL/da = −2 · 1.9, da/dθ = −θ/ε = −4, dL/dlog θ = θ · 15.2
    expect(gradient(1.9, {})).toBeCloseTo(2 * 4 * 2 * 1.9, 4);
  });

  test("rises, by the step penalty, for every input near it on either side", () => {
    // dL/dlog θ = −θ λ / ε; what is reconstructed wholly adds nothing
    expect(gradient(2.1, { sparsity_coefficient: 3 })).toBeCloseTo((-2 * 3) / 0.5, 5);
    const below = gradient(1.9, { sparsity_coefficient: 3 }) as number;
    expect(below - (gradient(1.9, {}) as number)).toBeCloseTo((-2 * 3) / 0.5, 4);
  });

  test("feels the tanh penalty through the activation", () => {
    const options = { sparsity_coefficient: 3, jumprelu_sparsity: "tanh" } as const;
    // at a = 0 the slope of tanh(4 a) is 4; through da/dθ = −4 and θ = 2
    const below = gradient(1.9, options) as number;
    expect(below - (gradient(1.9, {}) as number)).toBeCloseTo(3 * 4 * -4 * 2, 4);
  });

  test("does not move for inputs further than half the bandwidth away", () => {
    expect(gradient(1.7, { sparsity_coefficient: 3 })).toBe(0);
    expect(gradient(2.3, { sparsity_coefficient: 3 })).toBe(0);
  });
});

test("of nested dictionaries each has its own error, and the loss is their mean", () => {
  const config: SaeConfig = {
    architecture: "matryoshka_batchtopk",
    d_in: 2,
    d_sae: 2,
    k: 2,
    group_sizes: [1, 1],
  };
  const eye = { shape: [2, 2], data: Float32Array.of(1, 0, 0, 1) };
  const sae = { config, W_enc: eye, W_dec: eye, b_enc: zeros(2), b_dec: zeros(2) };
  const row = { shape: [1, 2], data: Float32Array.of(3, 4) };
  // the first dictionary gives (3, 0), the second (3, 4)
  expect(lossAndGrads(sae, row, null, none).mse_loss).toBe(16 / 2);
});

function nudged(sae: Sae, name: WeightName, i: number, by: number): Sae {
  const { shape, data } = weight(sae, name);
  const changed = data.slice();
  changed[i] += by;
  return { ...sae, [name]: { shape, data: changed } };
}

/** The loss as its gradient sees it: what counts as constant stays as it is for `at`. */
function withConstants(at: Sae, y: Tensor | null, options: LossOptions): (sae: Sae) => number {
  const target = y ?? x;
  const { acts } = lossAndGrads(at, x, y, none);
  const error = minus(target, decode(at, acts, x));
  return (sae) => {
    const { mse_loss, sparsity_loss } = lossAndGrads(sae, x, y, {
      ...options,
      auxk_coefficient: 0,
    });
    const pre = preActivations(sae, x);
    const penalty =
      at.config.architecture === "gated" ? gatedPenalty(pre, at, options) : sparsity_loss;
    return mse_loss + penalty + extra(pre, sae);
  };

  function extra(pre: Tensor, sae: Sae): number {
    if (at.config.architecture === "gated") {
      relu(pre.data);
      return sumOfSquares(minus(target, decode(at, pre, x))) / x.shape[0];
    }
    if (options.auxk_coefficient === 0) return 0;
    const { d_sae, d_in } = at.config;
    const aux = pre.data.map((value, i) => (dead[i % d_sae] ? value : -1));
    for (let i = 0; i < aux.length; i += d_sae)
      keepLargest(aux.subarray(i, i + d_sae), auxiliaryK(d_in));
    relu(aux);
    const directions = { ...sae, b_dec: zeros(d_in) };
    const unexplained = minus(error, decode(directions, { shape: pre.shape, data: aux }));
    return (options.auxk_coefficient * sumOfSquares(unexplained)) / x.shape[0];
  }
}

/** λ mean Σ relu(gate) ‖d‖, the norms being those of `at` */
function gatedPenalty(pre: Tensor, { W_dec, config }: Sae, options: LossOptions): number {
  const { d_sae, d_in } = config;
  const sum = pre.data.reduce((total, gate, i) => {
    const f = i % d_sae;
    const norm = Math.hypot(...W_dec.data.subarray(f * d_in, (f + 1) * d_in));
    return total + Math.max(0, gate) * norm;
  }, 0);
  return (options.sparsity_coefficient * sum) / x.shape[0];
}

function minus(a: Tensor, b: Tensor): Tensor {
  return { shape: a.shape, data: a.data.map((value, i) => value - b.data[i]) };
}

function sumOfSquares({ data }: Tensor): number {
  return data.reduce((sum, value) => sum + value * value, 0);
}
