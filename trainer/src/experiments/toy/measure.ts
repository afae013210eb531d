import type { ToyResult } from "../../bundle/toy.ts";
import type { Encoder } from "../../sae/encoder.ts";
import { Fvu } from "../../sae/fvu.ts";
import type { Sae } from "../../sae/sae.ts";
import { rowNorms } from "../../tensor/row-norms.ts";
import { mean } from "../../tensor/statistics.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Planted } from "../../train/planted.ts";

type Found = Pick<ToyResult, "measures" | "true_cosines" | "composed_cosines" | "picture">;

/** What an autoencoder has learnt of a planted dictionary, and how it does on held-out rows x [n, d_in]. */
export function measureToy(
  planted: Planted,
  { W_dec }: Pick<Sae, "W_dec">,
  encoder: Pick<Encoder, "encode" | "decode">,
  x: Tensor,
  { found_cosine }: { found_cosine: number },
): Found {
  const { directions, pairs } = planted;
  const n = x.shape[0];
  const acts = encoder.encode(x);
  const fvu = new Fvu();
  fvu.add(x, encoder.decode(acts));
  const fired = new Uint32Array(W_dec.shape[0]);
  for (const f of acts.features) fired[f]++;
  const joint = jointDirections(planted);
  const toTrue = cosines(directions, W_dec);
  const toJoint = cosines(joint, W_dec);
  const true_cosines = toTrue.map(largest);
  const alive = [...fired.keys()].filter((f) => fired[f] > 0);
  const learnt = alive.map((f) => largest(toTrue.map((row) => row[f])));
  return {
    measures: {
      ...recovery(true_cosines, found_cosine),
      composed_learnt:
        pairs.length === 0
          ? null
          : mean(
              pairs.map(([a, b], i) =>
                Number(isLearnt(toJoint[i], toTrue[a], toTrue[b], found_cosine)),
              ),
            ),
      learnt_mmcs: mean(learnt),
      fvu: fvu.value,
      l0: acts.features.length / n,
      l0_true: planted.active,
      dead_fraction: 1 - alive.length / fired.length,
    },
    true_cosines,
    composed_cosines: toJoint.map(largest),
    picture: directions.shape[1] === 2 ? pictureOf(directions, joint, W_dec, fired, n) : null,
  };
}

/** Mean max cosine similarity, and the share of true features that were found. */
function recovery(true_cosines: number[], found_cosine: number) {
  return {
    mmcs: mean(true_cosines),
    found: mean(true_cosines.map((cosine) => Number(cosine > found_cosine))),
  };
}

/** Whether some learnt feature stands for both of a pair, and for neither alone. */
function isLearnt(joint: number[], a: number[], b: number[], found_cosine: number): boolean {
  return joint.some((cosine, f) => cosine > found_cosine && cosine > a[f] && cosine > b[f]);
}

/** [pairs, d_in] (d_A + d_B) / ‖d_A + d_B‖ */
function jointDirections({ directions, pairs }: Planted): Tensor {
  const d_in = directions.shape[1];
  const data = new Float32Array(pairs.length * d_in);
  for (const [i, [a, b]] of pairs.entries()) {
    const sum = Float64Array.from(
      { length: d_in },
      (_, j) => directions.data[a * d_in + j] + directions.data[b * d_in + j],
    );
    const length = Math.hypot(...sum);
    for (let j = 0; j < d_in; j++) data[i * d_in + j] = sum[j] / length;
  }
  return { shape: [pairs.length, d_in], data };
}

/** Cosines of each row of `of` with each row of `among`; a zero row has cosine 0 with all. */
export function cosines(of: Tensor, among: Tensor): number[][] {
  const width = among.shape[1];
  const norms = [rowNorms(of), rowNorms(among)];
  return Array.from({ length: of.shape[0] }, (_, i) =>
    Array.from({ length: among.shape[0] }, (_, f) => {
      let dot = 0;
      for (let j = 0; j < width; j++) dot += of.data[i * width + j] * among.data[f * width + j];
      return dot / (norms[0][i] * norms[1][f] || 1);
    }),
  );
}

function pictureOf(
  directions: Tensor,
  joint: Tensor,
  W_dec: Tensor,
  fired: Uint32Array,
  n: number,
): ToyResult["picture"] {
  const placesOf = ({ shape: [rows], data }: Tensor) =>
    Array.from({ length: rows }, (_, i) => {
      const length = Math.hypot(data[2 * i], data[2 * i + 1]) || 1;
      return { x: data[2 * i] / length, y: data[2 * i + 1] / length };
    });
  return {
    true: placesOf(directions),
    composed: placesOf(joint),
    learnt: placesOf(W_dec).map((place, f) => ({ ...place, density: fired[f] / n })),
  };
}

function largest(values: number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -1);
}
