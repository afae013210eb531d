import type { FeatureRecord } from "../bundle/index.ts";
import type { Sae } from "../sae/sae.ts";
import { rowNorms } from "../tensor/row-norms.ts";
import { type Tensor, transposed } from "../tensor/tensor.ts";
import type { DashboardConfig } from "./config.ts";
import { layOut } from "./layout.ts";
import { logitEffects, noLogitEffects } from "./logits.ts";
import { nearestRows } from "./nearest.ts";

/** Takes the share, from 0 to 1, of each part of the work that is done; may throw to stop it. */
export type PartsReport = (part: "logits" | "nearest" | "layout", share: number) => void;

type Geometry = Omit<
  FeatureRecord,
  "index" | "density" | "n_active" | "max_activation" | "mean_activation" | "activation_histogram"
>;

/** What the weights alone say of each feature; without the unembedding nothing of logits. */
export async function describeGeometry(
  { W_enc, W_dec }: Sae,
  W_UT: Tensor | null,
  config: Pick<DashboardConfig, "top_logits" | "histogram_bins" | "nearest">,
  { seed, threads, report }: { seed: number; threads: number; report: PartsReport },
): Promise<Geometry[]> {
  const [d_sae, d_out] = W_dec.shape;
  const logits =
    W_UT?.shape[1] === d_out
      ? await logitEffects(W_dec, W_UT, { ...config, threads }, (n) => report("logits", n / d_sae))
      : null;
  const neighbours = { k: config.nearest, threads, self: (f: number) => f };
  const nearest = await nearestRows(W_dec, W_dec, neighbours, (n) => report("nearest", n / d_sae));
  const layout = { seed, threads, report: (share: number) => report("layout", share) };
  const { data: places } = await layOut(W_dec, layout);
  const decoder_norms = rowNorms(W_dec);
  // of a transcoder between two widths there is none
  const cosines = W_enc.shape[0] === d_out ? rowCosines(transposed(W_enc), W_dec) : null;
  return nearest.map(({ rows, cosines: nearest_cosines }, f) => ({
    ...(logits?.[f] ?? noLogitEffects),
    decoder_norm: decoder_norms[f],
    encoder_decoder_cosine: cosines?.[f] ?? 0,
    nearest_features: rows,
    nearest_cosines,
    umap_x: places[2 * f],
    umap_y: places[2 * f + 1],
  }));
}

function rowCosines(a: Tensor, b: Tensor): Float32Array {
  const [n, width] = a.shape;
  const [normsA, normsB] = [rowNorms(a), rowNorms(b)];
  return Float32Array.from({ length: n }, (_, i) => {
    let dot = 0;
    for (let at = i * width; at < (i + 1) * width; at++) dot += a.data[at] * b.data[at];
    return dot / (normsA[i] * normsB[i] || 1);
  });
}
