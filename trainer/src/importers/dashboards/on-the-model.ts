import type { Model } from "../../model/model.ts";
import type { Encoder } from "../../sae/encoder.ts";
import { rows } from "../../tensor/tensor.ts";
import type { Sample } from "./survey.ts";

/** What counts as the same activation: dashboards may be computed in half precision. */
const TOLERANCE = 0.05;
const ENOUGH = 0.9;

type Parts = {
  model: Pick<Model, "activations"> & { config: { n_ctx: number } };
  encoder: Pick<Encoder, "encode">;
  hook_name: string;
  /** of each feature the norm of its direction */
  norms: Float32Array;
};

/**
 * Computes a few of the dashboards' activations anew, on their own texts. SAEDashboard makes directions of norm 1
 * and multiplies activations by the norm: where that is so, they are divided by it again, which `by_norm` says.
 */
export async function compareWithModel(
  samples: Sample[],
  idOf: (token: string) => number,
  { model, encoder, hook_name, norms }: Parts,
): Promise<{ by_norm: boolean; note: string }> {
  let [compared, same, sameByNorm] = [0, 0, 0];
  for (const { feature, tokens, position, activation } of samples) {
    if (tokens.length > model.config.n_ctx) continue;
    const x = await model.activations(Int32Array.from(tokens, idOf), 1, hook_name);
    const { features, values } = encoder.encode(rows(x, position, position + 1));
    const own = values[features.indexOf(feature)] ?? 0;
    compared++;
    if (isSame(own, activation)) same++;
    if (isSame(own * norms[feature], activation)) sameByNorm++;
  }
  const by_norm = same < ENOUGH * compared && sameByNorm >= ENOUGH * compared;
  const count = by_norm ? sameByNorm : same;
  const how = by_norm
    ? " once they are divided by the norm of the feature's direction, as they are here"
    : "";
  return {
    by_norm,
    note: `dashboards: ${count} of ${compared} examples that were computed anew have, within ${100 * TOLERANCE} %, the activation that is written${how}${count < ENOUGH * compared ? "; the others were made on other texts around them, on another model, or with another dictionary" : ""}`,
  };
}

function isSame(own: number, written: number): boolean {
  return Math.abs(own - written) <= TOLERANCE * Math.max(own, written);
}
