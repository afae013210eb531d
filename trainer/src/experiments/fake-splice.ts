import { decode, encode, type Sae } from "../sae/sae.ts";
import { toDense, toSparse } from "../sae/sparse-acts.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { SpliceInput, Subject } from "./spliced.ts";

/*
 * For tests: a "model" whose activations are given row by row, and whose loss at a position is a linear
 * function of what stands there.
 */

/** Contexts of `context_size` rows; `price` is the loss of one unit in each dimension. Position 0 is not counted. */
export function fakeSplice(rows: number[][], context_size: number, price: number[]): SpliceInput {
  const width = price.length;
  const x = Float32Array.from(rows.flat());
  return {
    model: {
      activations: async (ids) => ({
        shape: [ids.length, width],
        data: x.slice(ids[0] * width, (ids[ids.length - 1] + 1) * width),
      }),
      hooks: () => Promise.reject(new Error("not a transcoder")),
      splice: async (_ids, n, _hook, patched) => ({
        ce: Float32Array.from({ length: n * (context_size - 1) }, (_, at) => {
          const row =
            Math.floor(at / (context_size - 1)) * context_size + (at % (context_size - 1));
          return price.reduce((sum, by, j) => sum + by * patched.data[row * width + j], 0);
        }),
      }),
    },
    hook_name: "blocks.0.hook_resid_post",
    hook_name_out: null,
    // a token's id is its row
    tokens: {
      context_size,
      contexts: (from, to) =>
        Int32Array.from({ length: (to - from) * context_size }, (_, i) => from * context_size + i),
    },
    n_contexts: rows.length / context_size,
    policy: { exclude_first_position: true, exclude_token_ids: [] },
  };
}

/** A dictionary with these decoder rows, that reads each feature along its row: exact when they are orthogonal. */
export function orthogonalSae(W_dec: number[][]): { sae: Sae; encoder: Subject["encoder"] } {
  const [d_sae, d_in] = [W_dec.length, W_dec[0].length];
  const tensor = (shape: number[], data: number[]): Tensor => ({
    shape,
    data: Float32Array.from(data),
  });
  const squares = W_dec.map((row) => row.reduce((sum, v) => sum + v * v, 0));
  const sae: Sae = {
    config: { architecture: "standard", d_in, d_sae, k: null },
    W_enc: tensor(
      [d_in, d_sae],
      W_dec[0].flatMap((_, j) => W_dec.map((row, f) => row[j] / squares[f])),
    ),
    b_enc: tensor([d_sae], new Array(d_sae).fill(0)),
    W_dec: tensor([d_sae, d_in], W_dec.flat()),
    b_dec: tensor([d_in], new Array(d_in).fill(0)),
  };
  const encoder = {
    encode: (x: Tensor) => toSparse(encode(sae, x)),
    decode: (acts: Parameters<typeof toDense>[0]) => decode(sae, toDense(acts, d_sae)),
  };
  return { sae, encoder };
}
