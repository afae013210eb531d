import { describe, expect, test } from "vitest";
import type { SparseActs } from "../sae/sparse-acts.ts";
import { orthogonalSae } from "./fake-splice.ts";
import { alongText, encodeBounded, paddedLength, textTotals, tryText } from "./try-text.ts";

const { encoder } = orthogonalSae([
  [1, 0],
  [0, 1],
]);
const hook_name = "blocks.0.hook_resid_post";
const policy = { exclude_first_position: true, exclude_token_ids: [9] };

/** What stands at the hook by token id, and what a unit of either dimension costs there. */
const x: Record<number, [number, number]> = { 0: [5, 5], 1: [3, -1], 2: [0, 2], 9: [-7, -7] };
const price = [1, 10];

/** A "model" that looks up x, and whose loss at a position is a linear function of what stands there. */
const model = {
  config: { n_ctx: 8 },
  hooks: async (tokens: Int32Array) => ({
    [hook_name]: {
      shape: [1, tokens.length, 2],
      data: Float32Array.from([...tokens].flatMap((id) => x[id])),
    },
  }),
  splice: async (
    tokens: Int32Array,
    _n: number,
    _hook: string,
    { data }: { data: Float32Array },
  ) => ({
    ce: Float32Array.from({ length: tokens.length - 1 }, (_, at) =>
      price.reduce((sum, by, j) => sum + by * data[2 * at + j], 0),
    ),
  }),
};

const subject = { encoder, hook_name, hook_name_out: null, policy };
const tried = async (ids: number[], losses = true) => {
  const [one] = await tryText({ model, ids: Int32Array.from(ids), losses }, [subject]);
  return one;
};

describe("a text", () => {
  test("has x̂ spliced in at counted tokens alone", async () => {
    const { counted, ce_clean, ce_sae } = await tried([0, 1, 9, 2, 1]);
    expect([...counted]).toEqual([0, 1, 0, 1, 1]);
    expect([...ce_clean]).toEqual([55, 3 - 10, -77, 20]);
    // of [3, −1] the dictionary gives back [3, 0]; the special token keeps its x
    expect([...ce_sae]).toEqual([55, 3, -77, 20]);
  });

  test("has its activations at counted tokens, and none of the padding behind it", async () => {
    const { acts } = await tried([0, 1, 9, 2]);
    expect(acts.n).toBe(2);
    expect([...acts.features]).toEqual([0, 1]);
    expect([...acts.values]).toEqual([3, 2]);
  });

  test("has no losses unless they are asked for, and none when nothing follows", async () => {
    expect((await tried([0, 1, 2], false)).ce_clean).toHaveLength(0);
    expect((await tried([0])).ce_clean).toHaveLength(0);
  });

  test("is summed over counted tokens that have a next one", async () => {
    const totals = textTotals(await tried([0, 1, 9, 2, 1]));
    expect(totals).toEqual({
      counted: 3,
      predicted: 2,
      l0: 1,
      ce_clean: (-7 + 20) / 2,
      ce_sae: (3 + 20) / 2,
      ce_diff: 5,
    });
    expect(textTotals(await tried([0, 9]))).toMatchObject({
      predicted: 0,
      l0: null,
      ce_diff: null,
    });
  });
});

test("a text is brought to one of few lengths, as far as the model sees", () => {
  expect([2, 64, 65, 256, 257].map((n) => paddedLength(n, 1024))).toEqual([64, 64, 256, 256, 1024]);
  expect([2, 65, 128].map((n) => paddedLength(n, 128))).toEqual([64, 128, 128]);
});

test("the strongest features of each row, and those followed, are found wherever they are active", () => {
  // rows: f2 5, f7 4, f1 1 | f1 6, f2 1 | nothing
  const acts: SparseActs = {
    n: 3,
    offsets: Int32Array.of(0, 3, 5, 5),
    features: Int32Array.of(1, 2, 7, 1, 2),
    values: Float32Array.of(1, 5, 4, 6, 1),
  };
  expect(alongText(acts, 1, [3])).toEqual({
    strongest: [[2], [1], []],
    features: [
      { index: 1, rows: [0, 1], activations: [1, 6] },
      { index: 2, rows: [0, 1], activations: [5, 1] },
      { index: 3, rows: [], activations: [] },
    ],
  });
  expect(alongText(acts, 2, []).strongest).toEqual([[2, 7], [1, 2], []]);
});

test("a dictionary on which too much is active is refused before it fills the memory", () => {
  const block = { n: 64, offsets: new Int32Array(65), features: new Int32Array(0) };
  const dense = { encode: () => ({ ...block, values: new Float32Array(2 ** 21) }) };
  const rows = (n: number) => ({ shape: [n, 1], data: new Float32Array(n) });
  expect(() => encodeBounded(dense, rows(192))).toThrow(
    "more than 4194304 activations on 192 tokens",
  );
});
