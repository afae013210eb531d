import { expect, test } from "vitest";
import type { Batch } from "../activations/source.ts";
import type { Sae } from "../sae/sae.ts";
import { Random } from "../tensor/random.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { type Finetuned, fitDecoder } from "./fit-decoder.ts";

const tensor = (rows: number[][]): Tensor => ({
  shape: [rows.length, rows[0].length],
  data: Float32Array.from(rows.flat()),
});
const vector = (...data: number[]): Tensor => ({
  shape: [data.length],
  data: Float32Array.from(data),
});
async function* endlessly(batch: Batch): AsyncGenerator<Batch> {
  for (;;) yield { x: { ...batch.x, data: batch.x.data.slice() }, y: batch.y };
}
const trained = (sae: Sae, batch: Batch, what: Finetuned, lr = 0.05) =>
  fitDecoder(sae, endlessly(batch), { what, steps: 600, lr, threads: 1 });

/** Two features that are x's two numbers, where positive, and one number to give back. */
const toy = (d: number[]): Sae => ({
  config: {
    architecture: "standard",
    d_in: 2,
    d_sae: 2,
    k: null,
    transcoder: { d_out: 1, skip: false },
  },
  W_enc: tensor([
    [1, 0],
    [0, 1],
  ]),
  b_enc: vector(0, 0),
  W_dec: tensor(d.map((value) => [value])),
  b_dec: vector(0),
});

test("a decoder becomes the solution of the normal equations", async () => {
  const x = tensor([
    [1, 0],
    [1, 1],
    [0, 2],
  ]);
  const y = tensor([[1], [3], [2]]);
  // AᵀA = [[2, 1], [1, 5]], Aᵀy = [4, 7], so d = [13/9, 10/9]
  const { W_dec, b_dec } = await trained(toy([0.5, -0.5]), { x, y }, "decoder");
  expect(W_dec.data[0]).toBeCloseTo(13 / 9, 3);
  expect(W_dec.data[1]).toBeCloseTo(10 / 9, 3);
  expect(b_dec.data[0]).toBe(0);
});

test("a bias takes what is there when no feature is active", async () => {
  const x = tensor([
    [1, 0],
    [0, 1],
    [-1, -1],
  ]);
  const y = tensor([[7], [4], [5]]);
  const { W_dec, b_dec } = await trained(toy([1, 1]), { x, y }, "decoder+bias", 0.1);
  expect(b_dec.data[0]).toBeCloseTo(5, 3);
  expect(W_dec.data[0]).toBeCloseTo(2, 3);
  expect(W_dec.data[1]).toBeCloseTo(-1, 3);
});

/** Features that are the numbers of x, halved, and given back as they are. */
function halving(d: number): Sae {
  const [W_enc, W_dec] = [zeros(d, d), zeros(d, d)];
  for (let f = 0; f < d; f++) {
    W_enc.data[f * d + f] = 0.5;
    W_dec.data[f * d + f] = 1;
  }
  const config = { architecture: "standard", d_in: d, d_sae: d, k: null } as const;
  return { config, W_enc, b_enc: zeros(d), W_dec, b_dec: zeros(d) };
}
const random = new Random(0, "planted");
const planted = zeros(200, 5);
for (let at = 0; at < planted.data.length; at++)
  if (at % 5 !== 4 && random.next() < 0.4) planted.data[at] = 1 + random.next();

test.each(["scale", "decoder"] as const)(
  "activations that were halved are doubled by %s",
  async (what) => {
    const { W_dec, fired, tokens } = await trained(halving(5), { x: planted, y: null }, what);
    for (let f = 0; f < 4; f++)
      for (let j = 0; j < 5; j++) expect(W_dec.data[f * 5 + j]).toBeCloseTo(f === j ? 2 : 0, 3);
    expect([...W_dec.data.subarray(20)]).toEqual([0, 0, 0, 0, 1]); // it never fires
    expect(fired[4]).toBe(0);
    expect(tokens).toBe(600 * 200);
  },
);

test("what a skip connection gives is not fitted again", async () => {
  const x = tensor([
    [1, 0],
    [0, 1],
  ]);
  const sae = toy([1, 1]);
  const skipping: Sae = {
    ...sae,
    config: { ...sae.config, transcoder: { d_out: 1, skip: true } },
    W_skip: tensor([[10], [20]]),
  };
  const { W_dec } = await trained(skipping, { x, y: tensor([[13], [24]]) }, "decoder");
  expect(W_dec.data[0]).toBeCloseTo(3, 3);
  expect(W_dec.data[1]).toBeCloseTo(4, 3);
});
