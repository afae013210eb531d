import { countedPositions, countedRows } from "../activations/policy.ts";
import type { AblatedContext, TokenPolicy } from "../bundle/index.ts";
import { activationsAt } from "../evaluate/measure.ts";
import { splicedRows } from "../evaluate/spliced-rows.ts";
import type { Model } from "../model/model.ts";
import { keepActs } from "../sae/sparse-acts.ts";
import { encodeBounded, type TextSubject } from "./try-text.ts";

export type AblationInput = Pick<TextSubject, "encoder" | "hook_name" | "hook_name_out"> & {
  model: Pick<Model, "activations" | "hooks" | "splice">;
  policy: TokenPolicy;
  /** token ids of n contexts, flattened */
  ids: Int32Array;
  n: number;
};

/**
 * What a feature is worth along some contexts:
 *
 *     x̂ₙ          = Σ_g a_g · d_g + b_dec            at every counted position
 *     x̂ₙ without f = x̂ₙ − a_f · d_f
 *     change(i)    = CE(i; x̂ without f spliced in) − CE(i; x̂ spliced in)
 *
 * It is removed from the whole context, as the removals of `remove-lowest.ts` and `remove-frequent.ts` are, so a
 * position's change is also that of what the feature did before it. Uncounted positions keep the model's own x.
 */
export async function ablateFeature(
  { model, encoder, hook_name, hook_name_out, policy, ids, n }: AblationInput,
  feature: number,
): Promise<AblatedContext[]> {
  const target = hook_name_out ?? hook_name;
  const context_size = ids.length / n;
  const mask = countedPositions(ids, context_size, policy);
  const where = { model, hook_name, hook_name_out, tokens: { context_size } };
  const { x, y } = await activationsAt(where, ids, n);
  const inputs = countedRows(x, mask);
  const acts = encodeBounded(encoder, inputs);
  const others = keepActs(acts, (o) => acts.features[o] !== feature);
  const ceOf = async (kept: typeof acts) => {
    const patched = splicedRows(y, mask, encoder.decode(kept, inputs));
    return (await model.splice(ids, n, target, patched)).ce;
  };
  const ce_sae = await ceOf(acts);
  const ce_without = await ceOf(others);

  const along = new Float32Array(ids.length);
  const places = Array.from(mask.keys()).filter((at) => mask[at] === 1);
  for (let row = 0; row < acts.n; row++)
    for (let o = acts.offsets[row]; o < acts.offsets[row + 1]; o++)
      if (acts.features[o] === feature) along[places[row]] = acts.values[o];

  return Array.from({ length: n }, (_, c) => {
    const activations = along.subarray(c * context_size, (c + 1) * context_size);
    const from = activations.findIndex((value) => value > 0);
    const losses = (ce: Float32Array) =>
      Array.from(ce.subarray(c * (context_size - 1), (c + 1) * (context_size - 1)));
    return {
      from: from < 0 ? null : from,
      activations: Array.from(activations),
      ce_sae: losses(ce_sae),
      ce_without: losses(ce_without),
    };
  });
}
