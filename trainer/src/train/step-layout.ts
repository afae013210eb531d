import type { SaeConfig } from "../sae/config.ts";
import { encoderLayout, listCapacity, paddedFeatures, paddedWidth } from "../sae/kernel/layout.ts";
import { PARTS } from "../sae/kernel/threads.ts";
import { auxiliaryK } from "../sae/loss.ts";

/** Sums over a batch: SQUARED_ERROR to GRAD_SQUARED in kernels/state.h. */
const N_TOTALS = 5;

type Options = { batch: number; clip_grad_norm: number; auxk_coefficient: number };

/** The encoder's scalars and arrays, and what the way back and Adam need. */
export function trainingLayout(config: SaeConfig, options: Options) {
  const { batch, clip_grad_norm, auxk_coefficient } = options;
  const { scalars, arrays } = encoderLayout(config, batch);
  const d = paddedWidth(config.d_in);
  const { d_sae } = config;
  const entries = PARTS * scalars.part_capacity;
  const revives = auxk_coefficient > 0;
  const k_aux = Math.min(auxiliaryK(config.d_in), d_sae);
  const aux_capacity = revives ? Math.ceil(batch / PARTS) * k_aux : 0;
  const aux_entries = PARTS * aux_capacity;
  const mayOverflow = scalars.part_capacity < Math.ceil(batch / PARTS) * d_sae && scalars.k === 0;
  const kept = clip_grad_norm > 0 || mayOverflow ? 1 : 0;
  const moments = {
    W_enc: d_sae * d,
    W_dec: d_sae * d,
    b_enc: d_sae,
    b_dec: d,
  };
  return {
    scalars: {
      ...scalars,
      k_aux,
      aux_capacity,
      list_capacity: Math.max(scalars.list_capacity, revives ? listCapacity(d_sae, k_aux) : 0),
    },
    arrays: {
      ...arrays,
      ...prefixed("m_", moments),
      ...prefixed("v_", moments),
      g_W_enc: kept * d_sae * d,
      g_W_dec: kept * d_sae * d,
      g_b_enc: kept * d_sae,
      g_b_dec: d,
      error: (revives ? 2 : 1) * batch * d,
      entry_grad: entries,
      aux_start: revives ? batch : 0,
      aux_count: revives ? batch : 0,
      aux_feature: aux_entries,
      aux_value: aux_entries,
      aux_grad: aux_entries,
      dead: revives ? d_sae : 0,
      dead_panels: revives ? paddedFeatures(d_sae) * d : 0,
      dead_bias: revives ? paddedFeatures(d_sae) : 0,
      cursor: (revives ? 2 : 1) * PARTS * d_sae,
      feature_start: d_sae + 1,
      by_row: entries + aux_entries,
      by_value: entries + aux_entries,
      by_grad: entries + aux_entries,
      fired: d_sae,
      error_sum: PARTS * d,
      centre_grad: PARTS * d,
      totals: PARTS * N_TOTALS,
      result: N_TOTALS,
    },
  };
}

function prefixed(prefix: string, sizes: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(sizes).map(([name, n]) => [prefix + name, n]));
}
