import { describe, expect, test } from "vitest";
import { plainReading } from "../../fixtures/plain-reading.ts";
import type { Reading } from "../bundle/index.ts";
import { randomTensor } from "../sae/random-sae.ts";
import { Random } from "../tensor/random.ts";
import { type Tensor, transposed, zeros } from "../tensor/tensor.ts";
import { checkReading } from "./check.ts";
import type { Foreign } from "./foreign.ts";
import { neighbours } from "./neighbours.ts";

const d_in = 32;
const out = "blocks.1.hook_mlp_out";
const hook = (layer: number) => `blocks.${layer}.hook_resid_post`;

/** Orthonormal directions, of which three are on, at strengths from 3 to 6, about a mean that is not 0. */
const random = new Random(1);
const directions = orthonormal(randomTensor(random, 1, d_in, d_in));
const mean = Float32Array.from({ length: d_in }, (_, j) => 3 * ((j % 3) - 0.5));
const x = activations(500);

/** The layer before lacks a part of what is there, the next has something more. */
const before = mapped(x, (value) => 0.8 * value + 0.9 * random.normal());
const after = mapped(x, (value) => value + 1.5 * random.normal());
const sample = new Map([
  [hook(0), before],
  ["blocks.1.hook_resid_pre", before],
  [hook(1), x],
  [hook(2), after],
]);

const right: Reading = { ...plainReading, architecture: "jumprelu", hook_name: hook(1) };

type Weights = Record<string, Tensor>;

/** A dictionary that knows the features: what of a direction exceeds the threshold is it. */
const weights: Weights = {
  W_enc: transposed(directions),
  W_dec: directions,
  // so that whatever is let in beside the three is far from nothing
  b_enc: vector(new Float32Array(d_in).fill(0.5)),
  b_dec: vector(mean),
  threshold: { shape: [], data: Float32Array.of(1.5) },
};
const asTopk: Partial<Reading> = { architecture: "topk", k: 3 };
const byWhatTheyAdd: Partial<Reading> = { ...asTopk, rescale_acts_by_decoder_norm: true };

/** Encoder columns and decoder rows of norms between 1/3 and 3, whose products are 1. */
const norms = Float32Array.from({ length: d_in }, (_, f) => 3 ** ((f % 5) / 2 - 1));
const uneven: Weights = {
  ...weights,
  W_enc: mapped(weights.W_enc, (value, at) => value / norms[at % d_in]),
  b_enc: mapped(weights.b_enc, (value, f) => value / norms[f]),
  W_dec: mapped(weights.W_dec, (value, at) => value * norms[Math.floor(at / d_in)]),
};
const long: Weights = {
  ...weights,
  W_dec: mapped(weights.W_dec, (value, at) => value * norms[Math.floor(at / d_in)]),
};

/** What a dictionary has whose activations were multiplied by s when it was trained. */
function scaled(s: number): Weights {
  return {
    ...weights,
    b_enc: mapped(weights.b_enc, (value) => value * s),
    b_dec: mapped(weights.b_dec, (value) => value * s),
    threshold: mapped(weights.threshold, (value) => value * s),
  };
}
const meanNorm =
  Array.from({ length: x.shape[0] }, (_, i) =>
    Math.hypot(...x.data.subarray(i * d_in, (i + 1) * d_in)),
  ).reduce((sum, norm) => sum + norm) / x.shape[0];
const toRoot = Number((Math.sqrt(d_in) / meanNorm).toPrecision(6));

/** What the numbers are, how they are misread, and the flags that mend it. */
const cases: Record<string, [Weights, Partial<Reading>, Partial<Reading>, string]> = {
  "an encoder the wrong way round": [
    weights,
    {},
    { encoder: "d_sae,d_in" },
    "--encoder d_in,d_sae",
  ],
  "a decoder the wrong way round": [
    weights,
    {},
    { decoder: "d_out,d_sae" },
    "--decoder d_sae,d_out",
  ],
  "both the wrong way round": [
    weights,
    {},
    { encoder: "d_sae,d_in", decoder: "d_out,d_sae" },
    "--encoder d_in,d_sae --decoder d_sae,d_out",
  ],
  "b_dec that is not subtracted": [weights, {}, { subtract_b_dec: false }, "--subtract_b_dec true"],
  "b_dec that is subtracted": [
    { ...weights, b_enc: before_b_dec() },
    { subtract_b_dec: false },
    { subtract_b_dec: true },
    "--subtract_b_dec false",
  ],
  "a threshold left out": [weights, {}, { architecture: "standard" }, "--architecture jumprelu"],
  "another k": [weights, asTopk, { k: 16 }, "--k 3"],
  "k left out": [
    weights,
    asTopk,
    { architecture: "standard", k: null },
    "--architecture topk --k 3",
  ],
  "rows taken as they are": [
    long,
    { decoder_rows: "unit" },
    { decoder_rows: "stored" },
    "--decoder_rows unit",
  ],
  "rows made unit": [uneven, byWhatTheyAdd, { decoder_rows: "unit" }, "--decoder_rows stored"],
  "features chosen by activation alone": [
    uneven,
    byWhatTheyAdd,
    { rescale_acts_by_decoder_norm: false },
    "--rescale_acts_by_decoder_norm true",
  ],
  "a scale left out": [
    scaled(toRoot),
    { input_scale: toRoot },
    { input_scale: 1 },
    `--input_scale ${toRoot}`,
  ],
  "a scale the wrong way round": [
    scaled(toRoot),
    { input_scale: toRoot },
    { input_scale: 1 / toRoot },
    `--input_scale ${toRoot}`,
  ],
  "a scale too many": [weights, {}, { input_scale: toRoot }, "--input_scale 1"],
  "the hook before it": [weights, {}, { hook_name: hook(0) }, `--hook_name ${hook(1)}`],
  "the hook after it": [weights, {}, { hook_name: hook(2) }, `--hook_name ${hook(1)}`],
};

const check = (given: Weights, reading: Reading, k: number | null = null) =>
  checkReading(foreign(given, k), reading, { sample, seed: 0, threads: 1, sae_kernel: "portable" });

describe("a check on activations whose features are known", () => {
  test.each(Object.entries(cases))(
    "finds %s, and the flag",
    async (_, [given, is, misread, flags]) => {
      const reading = { ...right, ...is, ...misread };
      const { verdict, says, alternatives } = await check(given, reading, is.k ?? null);
      expect(says).toContain(`; ${flags} takes it`);
      expect(verdict).toBe("misread");
      expect(says).toContain(alternatives[0].title);
      if (flags === `--input_scale ${toRoot}` && misread.input_scale === 1)
        expect(alternatives[0].title).toBe("input scaled so that its mean norm is √d_in");
    },
  );

  test.each([
    "b_dec that is not subtracted",
    "b_dec that is subtracted",
    "another k",
    "rows taken as they are",
    "rows made unit",
    "features chosen by activation alone",
    "a scale left out",
  ])("beside %s, finds that the right reading fits", async (name) => {
    const [given, is] = cases[name];
    const found = await check(given, { ...right, ...is }, is.k ?? null);
    expect(found.says).toMatch(/^it fits: fvu 0\.0/);
    expect(found).toMatchObject({ verdict: "fits", formula_version: 1, tokens: 500, seed: 0 });
  });

  test("compares a transcoder with what its other hook gives", async () => {
    const doubled = mapped(x, (value) => 2 * value);
    const W_dec = mapped(directions, (value) => 2 * value);
    const given = {
      ...weights,
      W_dec,
      b_enc: before_b_dec(),
      b_dec: mapped(weights.b_dec, (value) => 2 * value),
    };
    const reading: Reading = { ...right, subtract_b_dec: false, hook_name_out: out };
    const both = new Map([...sample, [out, doubled]]);
    const machine = { seed: 0, threads: 1, sae_kernel: "portable" } as const;
    const found = await checkReading(foreign(given, null), reading, { sample: both, ...machine });
    expect(found.says).toMatch(/^it fits: fvu 0\.0/);
    const wrong = { ...reading, hook_name_out: hook(1) };
    const { says } = await checkReading(foreign(given, null), wrong, { sample: both, ...machine });
    expect(says).toContain(`--hook_name_out ${out} takes it`);
  });

  test("says that a dictionary of something else fits poorly", async () => {
    const other = orthonormal(randomTensor(random, 1, d_in, d_in));
    const { verdict, says } = await check(
      { ...weights, W_enc: transposed(other), W_dec: other },
      right,
    );
    expect(verdict).toBe("poor");
    expect(says).toMatch(/fits poorly.*expected fvu below 0\.5/);
  });

  test("says that l0 is far from the k that it was trained with", async () => {
    const { verdict, says } = await check(weights, right, 10);
    expect(verdict).toBe("poor");
    expect(says).toContain("expected an l0 near the k of its training, 10");
  });
});

test("the neighbours of a hook are those of its block and the same of the next, as wide as it", () => {
  const config = { n_layers: 3, parallel_residual: true, n_heads: 2, d_head: 4, d_model: 8 };
  expect(neighbours(hook(1), config as never)).toEqual([
    hook(0),
    "blocks.1.hook_resid_pre",
    "blocks.1.attn.hook_z",
    "blocks.1.hook_attn_out",
    "blocks.1.hook_mlp_out",
    hook(2),
  ]);
});

/** b_enc by which an encoder that reads x does what one does that reads x − b_dec */
function before_b_dec(): Tensor {
  const b_enc = vector(weights.b_enc.data.slice());
  for (let f = 0; f < d_in; f++)
    for (let j = 0; j < d_in; j++) b_enc.data[f] -= mean[j] * directions.data[f * d_in + j];
  return b_enc;
}

function foreign(given: Weights, k: number | null): Foreign {
  const stored = Object.entries(given).map(([name, tensor]) => [
    name,
    { dtype: "F32", shape: tensor.shape, read: () => tensor },
  ]);
  return {
    described: {
      format: "safetensors",
      where: "x",
      d_in,
      d_sae: d_in,
      d_out: d_in,
      tensors: [],
      reading: {},
      because: {},
      notes: [],
      trained: { architecture: null, k, context_size: null, dataset: null },
    },
    weights: Object.fromEntries(stored),
    files: [],
  };
}

function mapped({ shape, data }: Tensor, by: (value: number, at: number) => number): Tensor {
  return { shape, data: data.map(by) };
}

function activations(n: number): Tensor {
  const made = zeros(n, d_in);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d_in; j++) made.data[i * d_in + j] = mean[j] + 0.2 * random.normal();
    for (const f of random.shuffle([...Array(d_in).keys()]).slice(0, 3)) {
      const strength = 3 + 3 * random.next();
      for (let j = 0; j < d_in; j++)
        made.data[i * d_in + j] += strength * directions.data[f * d_in + j];
    }
  }
  return made;
}

/** Gram and Schmidt, row after row. */
function orthonormal({ shape, data }: Tensor): Tensor {
  const row = (i: number) => data.subarray(i * d_in, (i + 1) * d_in);
  for (let i = 0; i < d_in; i++) {
    for (let before = 0; before < i; before++) {
      const dot = row(i).reduce((sum, value, j) => sum + value * row(before)[j], 0);
      for (let j = 0; j < d_in; j++) row(i)[j] -= dot * row(before)[j];
    }
    const norm = Math.hypot(...row(i));
    for (let j = 0; j < d_in; j++) row(i)[j] /= norm;
  }
  return { shape, data };
}

function vector(data: Float32Array): Tensor {
  return { shape: [data.length], data };
}
