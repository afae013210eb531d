import { describe, expect, test } from "vitest";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { SaeConfig } from "./config.ts";
import { toInference } from "./inference.ts";
import { randomSae, randomTensor } from "./random-sae.ts";
import { decode, encode, type Sae } from "./sae.ts";

const sizes = { d_in: 6, d_sae: 20, k: null };
const x = randomTensor(new Random(0, "x"), 3, 50, sizes.d_in);
const times = ({ shape, data }: Tensor, by: number) => ({ shape, data: data.map((v) => v * by) });
const configs: SaeConfig[] = [
  { ...sizes, architecture: "standard" },
  { ...sizes, architecture: "gated" },
  { ...sizes, architecture: "jumprelu" },
  { ...sizes, architecture: "topk", k: 3 },
  { ...sizes, architecture: "topk", k: 3, transcoder: { d_out: 4, skip: true } },
  { ...sizes, architecture: "jumprelu", transcoder: { d_out: 4, skip: false } },
];

function unitRows(sae: Sae): Sae {
  const [rows, d] = sae.W_dec.shape;
  const data = sae.W_dec.data.slice();
  for (let f = 0; f < rows; f++) {
    const row = data.subarray(f * d, (f + 1) * d);
    row.set(row.map((v) => v / Math.hypot(...data.subarray(f * d, (f + 1) * d))));
  }
  return { ...sae, W_dec: { shape: sae.W_dec.shape, data } };
}

function expectClose(found: Tensor, expected: Tensor): void {
  expect(found.shape).toEqual(expected.shape);
  for (let i = 0; i < found.data.length; i++)
    expect(found.data[i]).toBeCloseTo(expected.data[i], 3);
}

describe.each(configs)("$architecture, of scaled activations ($transcoder)", (config) => {
  const trained = unitRows(randomSae(new Random(0), config));
  const scales = { input_scale: 4, output_scale: config.transcoder ? 0.5 : 4 };

  test("works on raw ones", () => {
    const sae = toInference(trained, scales, 0);
    const [ofRaw, scaled] = [x, times(x, 4)];
    const expected = decode(trained, encode(trained, scaled), scaled);
    expectClose(times(decode(sae, encode(sae, ofRaw), ofRaw), scales.output_scale), expected);
    expect(sae.W_dec).toEqual(trained.W_dec);
  });
});

test.each(["batchtopk", "matryoshka_batchtopk"] as const)(
  "%s becomes jumprelu with one threshold, in the scale of the activations",
  (architecture) => {
    const config: SaeConfig = { ...sizes, architecture, k: 3, group_sizes: [5, 15] };
    const trained = unitRows(randomSae(new Random(0), config));
    const sae = toInference(trained, { input_scale: 4, output_scale: 4 }, 1.2);
    expect(sae.config).toEqual({ ...sizes, architecture: "jumprelu" });
    expect(sae.threshold?.data[7]).toBeCloseTo(0.3, 6);
    const relu: Sae = { ...trained, config: { ...sizes, architecture: "standard" } };
    const kept = encode(relu, times(x, 4));
    expectClose(times(encode(sae, x), 4), {
      ...kept,
      data: kept.data.map((a) => (a > 1.2 ? a : 0)),
    });
  },
);

test.each(["standard", "jumprelu"] as const)(
  "%s with free norms gets rows of norm 1 and stays the same function",
  (architecture) => {
    const trained = randomSae(new Random(0), { ...sizes, architecture });
    const sae = toInference(trained, { input_scale: 1, output_scale: 1 }, 0);
    for (let f = 0; f < sizes.d_sae; f++)
      expect(Math.hypot(...sae.W_dec.data.subarray(6 * f, 6 * f + 6))).toBeCloseTo(1, 5);
    expectClose(decode(sae, encode(sae, x)), decode(trained, encode(trained, x)));
  },
);
