import { expect, test } from "vitest";
import { Random } from "../tensor/random.ts";
import type { SaeConfig } from "./config.ts";
import { createEncoder } from "./encoder.ts";
import { randomSae, randomTensor } from "./random-sae.ts";
import { decode, encode } from "./sae.ts";
import { toDense, toSparse } from "./sparse-acts.ts";

const shapes: SaeConfig[] = [
  { architecture: "standard", d_in: 32, d_sae: 128, k: null },
  { architecture: "topk", d_in: 32, d_sae: 128, k: 5 },
  // nothing divisible by a vector, a panel or a tile
  { architecture: "standard", d_in: 19, d_sae: 203, k: null },
  { architecture: "topk", d_in: 19, d_sae: 203, k: 7 },
  // more than all of them
  { architecture: "topk", d_in: 5, d_sae: 11, k: 11 },
  { architecture: "topk", d_in: 1, d_sae: 1, k: 1 },
  // x as it is, and rows that are normalised first
  ...(["standard", "topk", "gated", "jumprelu"] as const).map((architecture) => ({
    architecture,
    d_in: 19,
    d_sae: 203,
    k: architecture === "topk" ? 7 : null,
    transcoder: { d_out: 19, skip: false, of_itself: true as const },
  })),
  { architecture: "topk", d_in: 19, d_sae: 203, k: 7, input_norm: "layer_norm" },
  { architecture: "standard", d_in: 19, d_sae: 203, k: null, input_norm: "constant_norm_rescale" },
];

const name = ({ architecture, d_in, d_sae, k, transcoder, input_norm }: SaeConfig) =>
  [`${architecture} ${d_in}x${d_sae} k=${k}`, ...(transcoder ? ["of x as it is"] : [])]
    .concat(input_norm ?? [])
    .join(" ");

test.each(shapes.map((config) => [name(config), config] as const))(
  "agrees with the reference: %s",
  async (_, config) => {
    const sae = randomSae(new Random(0, "sae"), config);
    const x = randomTensor(new Random(0, "x"), 1, 77, config.d_in);
    const encoder = await createEncoder(sae, { threads: 2, max_rows: 32 });
    const acts = encoder.encode(x);
    const expected = toSparse(encode(sae, x));
    expect(acts.offsets).toEqual(expected.offsets);
    expect(acts.features).toEqual(expected.features);
    for (let i = 0; i < acts.values.length; i++)
      expect(acts.values[i]).toBeCloseTo(expected.values[i], 5);
    const xHat = encoder.decode(acts, x);
    const expectedXHat = decode(sae, toDense(acts, config.d_sae), x);
    for (let i = 0; i < xHat.data.length; i++)
      expect(xHat.data[i]).toBeCloseTo(expectedXHat.data[i], 4);
    await encoder.dispose();
  },
);

test("a row's activations do not depend on how many rows are worked on at a time, nor on threads", async () => {
  const config: SaeConfig = { architecture: "topk", d_in: 19, d_sae: 203, k: 7 };
  const sae = randomSae(new Random(0, "sae"), config);
  const x = randomTensor(new Random(0, "x"), 1, 77, config.d_in);
  const results = [];
  for (const options of [
    { threads: 1, max_rows: 77 },
    { threads: 3, max_rows: 5 },
  ]) {
    const encoder = await createEncoder(sae, options);
    const acts = encoder.encode(x);
    results.push({ acts, xHat: encoder.decode(acts) });
    await encoder.dispose();
  }
  expect(results[1]).toEqual(results[0]);
});

test("rows too dense for the room there is are encoded in slices", async () => {
  const config: SaeConfig = { architecture: "standard", d_in: 4, d_sae: 4096, k: null };
  const sae = randomSae(new Random(0, "sae"), config);
  sae.b_enc.data.fill(100);
  const x = randomTensor(new Random(0, "x"), 1, 1025, 4);
  const encoder = await createEncoder(sae, { threads: 2, max_rows: 1025 });
  const acts = encoder.encode(x);
  expect(acts.values.length).toBe(1025 * 4096);
  expect(acts.values[0]).toBeCloseTo(encode(sae, x).data[0], 4);
  expect(encoder.decode(acts).shape).toEqual([1025, 4]);
  await encoder.dispose();
});

test("a row on which every feature of very many is active has all of them", async () => {
  const config: SaeConfig = { architecture: "standard", d_in: 4, d_sae: 4501, k: null };
  const sae = randomSae(new Random(0, "sae"), config);
  sae.b_enc.data.fill(-1);
  for (let f = 0; f < config.d_sae; f++) sae.W_enc.data[f] = 10;
  const x = randomTensor(new Random(0, "x"), 0.01, 40, 4);
  for (const row of [0, 17, 39]) x.data[4 * row] = 100;
  const encoder = await createEncoder(sae, { threads: 2, max_rows: 40 });
  const acts = encoder.encode(x);
  const expected = toSparse(encode(sae, x));
  expect(acts.offsets[1]).toBe(4501);
  expect(acts.offsets).toEqual(expected.offsets);
  expect(acts.features.join()).toBe(expected.features.join()); // number by number it would take seconds
  await encoder.dispose();
});

test("of equal activations the lowest index stays", async () => {
  const config: SaeConfig = { architecture: "topk", d_in: 2, d_sae: 700, k: 3 };
  const sae = randomSae(new Random(0, "sae"), config);
  sae.W_enc.data.fill(0);
  sae.b_enc.data.fill(1).fill(2, 400, 402);
  const encoder = await createEncoder(sae, { threads: 1, max_rows: 4 });
  expect([...encoder.encode(randomTensor(new Random(0), 1, 1, 2)).features]).toEqual([0, 400, 401]);
  await encoder.dispose();
});

test("no rows are no activations", async () => {
  const config: SaeConfig = { architecture: "topk", d_in: 2, d_sae: 7, k: 3 };
  const encoder = await createEncoder(randomSae(new Random(0), config), {
    threads: 1,
    max_rows: 4,
  });
  const acts = encoder.encode({ shape: [0, 2], data: new Float32Array(0) });
  expect(acts.n).toBe(0);
  expect(encoder.decode(acts).shape).toEqual([0, 2]);
  await encoder.dispose();
});
