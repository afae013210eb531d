import { describe, expect, test } from "vitest";
import { plainReading as plain } from "../../fixtures/plain-reading.ts";
import type { ForeignDictionary, Reading, SaidReading } from "../bundle/index.ts";
import { decode, encode } from "../sae/sae.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Foreign, StoredTensor } from "./foreign.ts";
import { toSae } from "./to-sae.ts";

const sizes = { d_in: 2, d_sae: 3, d_out: 2 };
const W_enc = matrix([1, 0, 2], [0, 1, -1]);
const W_dec = matrix([3, 4], [0, 2], [1, 0]);
const b_enc = vector(0.5, 0, 0);
const b_dec = vector(1, -1);
const x = matrix([3, 2], [0, 5]);

describe("an SAE of foreign numbers", () => {
  test("is what is stored, to the last bit, when our form can say it", () => {
    const sae = toSae(foreign({ W_enc, b_enc, W_dec, b_dec }), plain);
    expect(sae.W_enc.data).toEqual(W_enc.data);
    expect(sae.W_dec.data).toEqual(W_dec.data);
    // pre = (x − b_dec) · W_enc + b_enc, worked out by hand
    expect([...encode(sae, x).data]).toEqual([2.5, 3, 1, 0, 6, 0]);
  });

  test("turns what lies the other way round", () => {
    const turned = {
      W_enc: matrix([1, 0], [0, 1], [2, -1]),
      W_dec: matrix([3, 0, 1], [4, 2, 0]),
      b_enc,
      b_dec,
    };
    const reading: Reading = { ...plain, encoder: "d_sae,d_in", decoder: "d_out,d_sae" };
    expect(toSae(foreign(turned), reading)).toEqual(
      toSae(foreign({ W_enc, b_enc, W_dec, b_dec }), plain),
    );
  });

  test("reads x as it is when b_dec is not subtracted", () => {
    const sae = toSae(foreign({ W_enc, b_enc, W_dec, b_dec }), { ...plain, subtract_b_dec: false });
    expect([...encode(sae, x).data]).toEqual([3.5, 2, 4, 0.5, 5, 0]);
  });

  test("has zeros for biases that are not there, and one threshold for all", () => {
    const reading: Reading = { ...plain, architecture: "jumprelu" };
    const sae = toSae(
      foreign({ W_enc, W_dec, threshold: { shape: [], data: Float32Array.of(2) } }),
      reading,
    );
    expect([...encode(sae, x).data]).toEqual([3, 0, 4, 0, 5, 0]);
  });

  test("folds the input's scale so that activations stay and x̂ is of x", () => {
    const reading: Reading = { ...plain, input_scale: 4 };
    const weights = { W_enc, b_enc, W_dec, b_dec };
    const [asStored, scaled] = [plain, reading].map((one) => toSae(foreign(weights), one));
    const times4 = { shape: x.shape, data: x.data.map((value) => 4 * value) };
    const acts = encode(asStored as never, times4);
    expect(encode(scaled as never, x)).toEqual(acts);
    const divided = decode(asStored as never, acts).data.map((value) => value / 4);
    expect([...decode(scaled as never, acts).data]).toEqual([...divided]);
  });

  test("chooses the k largest by what they add to x̂ when activations are rescaled", () => {
    const reading: Reading = { ...plain, architecture: "topk", k: 1 };
    const weights = { W_enc, W_dec };
    // pre of [3, 2] is [3, 2, 4], norms of directions [5, 2, 1]
    const row = matrix([3, 2]);
    const stored = toSae(foreign(weights), reading);
    expect([...encode(stored, row).data]).toEqual([0, 0, 4]);
    const rescaled = toSae(foreign(weights), { ...reading, rescale_acts_by_decoder_norm: true });
    const acts = encode(rescaled, row);
    expect([...acts.data]).toEqual([15, 0, 0]);
    const xHat = [...decode(rescaled, acts).data];
    expect(xHat[0]).toBeCloseTo(9, 5);
    expect(xHat[1]).toBeCloseTo(12, 5);
  });

  test("divides directions by their norms when they are used like that", () => {
    const sae = toSae(foreign({ W_enc, W_dec }), { ...plain, decoder_rows: "unit" });
    expect([...sae.W_dec.data].map((value) => Number(value.toFixed(5)))).toEqual([
      0.6, 0.8, 0, 1, 1, 0,
    ]);
    expect(sae.W_enc.data).toEqual(W_enc.data);
  });

  test("calls a weight what its file calls it where its numbers do not fit", () => {
    const nan = matrix([1, 0, Number.NaN], [0, 1, -1]);
    const found = foreign({ W_enc: nan, W_dec });
    const tied = { dtype: "F32", shape: [2, 3], name: "encoder", role: "W_enc, W_dec" };
    found.described.tensors = [tied];
    expect(() => toSae(found, plain)).toThrow("x: encoder (W_enc): number 2 is not finite");
  });

  test("leaves a threshold aside where the files do not say the rule, and another is given", () => {
    const open = foreign({ W_enc, W_dec, threshold: b_enc }, {});
    expect(toSae(open, plain).threshold).toBeUndefined();
  });

  test.each([
    [{ W_enc: W_dec, W_dec }, {}, "x: W_enc: found [3, 2], expected [2, 3]"],
    [{ W_enc }, {}, "x: W_dec: missing"],
    [{ W_enc, W_dec, threshold: b_enc }, {}, "x: there is threshold, which standard does not use"],
    [
      { W_enc, W_dec: matrix([3, Number.NaN], [0, 2], [1, 0]) },
      {},
      "x: W_dec: number 1 is not finite",
    ],
    [{ W_enc, W_dec }, { architecture: "topk" }, "x: k null, expected a number for topk"],
    [{ W_enc, W_dec }, { architecture: "topk", k: 4 }, "x: k 4, expected at most d_sae, 3"],
    [{ W_enc, W_dec }, { k: 4 }, "x: k 4, expected null for standard"],
    [
      { W_enc, W_dec },
      { hook_name_out: "blocks.0.hook_mlp_out" },
      "x: subtract_b_dec true, expected false for a transcoder",
    ],
  ] as const)("is refused when the numbers do not fit: %#", (weights, change, message) => {
    expect(() => toSae(foreign(weights), { ...plain, ...change } as Reading)).toThrow(message);
  });
});

function foreign(
  weights: Partial<Record<keyof Foreign["weights"], Tensor>>,
  said: SaidReading = { architecture: "standard" },
): Foreign {
  const stored = Object.entries(weights).map(([name, tensor]): [string, StoredTensor] => [
    name,
    { dtype: "F32", shape: tensor.shape, read: () => ({ ...tensor, data: tensor.data.slice() }) },
  ]);
  const described: ForeignDictionary = {
    format: "safetensors",
    where: "x",
    ...sizes,
    tensors: [],
    reading: said,
    because: {},
    notes: [],
    trained: { architecture: null, k: null, context_size: null, dataset: null },
  };
  return { described, weights: Object.fromEntries(stored), files: [] };
}

function matrix(...rows: number[][]): Tensor {
  return { shape: [rows.length, rows[0].length], data: Float32Array.from(rows.flat()) };
}

function vector(...values: number[]): Tensor {
  return { shape: [values.length], data: Float32Array.from(values) };
}
