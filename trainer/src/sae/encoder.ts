import { rows, type Tensor } from "../tensor/tensor.ts";
import { decode, encode, type Sae } from "./sae.ts";
import { type SparseActs, toDense, toSparse } from "./sparse-acts.ts";

/** Runs one SAE over many rows. */
export type Encoder = {
  /** x[n, d_in], any n */
  encode(x: Tensor): SparseActs;
  /** x̂[n, d_in] */
  decode(acts: SparseActs): Tensor;
  dispose(): Promise<void>;
};

export type EncoderOptions = {
  threads: number;
  /** rows worked on at a time; bounds the memory */
  max_rows: number;
};

export async function createEncoder(sae: Sae, _options: EncoderOptions): Promise<Encoder> {
  return {
    encode: (x) => toSparse(encode(sae, rows(x, 0, x.shape[0]))),
    decode: (acts) => decode(sae, toDense(acts, sae.config.d_sae)),
    dispose: async () => {},
  };
}
