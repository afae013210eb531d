import { z } from "zod";
import { finetuned, finetuneMetrics } from "../bundle/experiments/finetune.ts";
import type { Evaluation, Sections } from "../bundle/index.ts";
import type { Sae } from "../sae/sae.ts";
import { quantile, spearman } from "../tensor/statistics.ts";
import type { Fit } from "./fit-decoder.ts";

export const finetuneConfig = z.object({
  what: z
    .enum(finetuned)
    .default("decoder")
    .describe("what is trained: W_dec, one scale per feature, or W_dec and b_dec"),
  tokens: z
    .int()
    .positive()
    .default(1_000_000)
    .describe("training tokens to fit to; more than there are means several passes"),
  batch_tokens: z.int().positive().default(2048).describe("tokens per step"),
  lr: z
    .number()
    .positive()
    .default(0.01)
    .describe(
      "Adam's learning rate at the first step, in units of a scale or of a row's typical number; it falls linearly to 0",
    ),
});

type FinetuneSection = NonNullable<Sections["finetune"]>;

/**
 * The dictionary with another decoder and the encoder's pre-activations as they were. b_dec is also
 * subtracted from x, unless it is a transcoder, so what it changes there b_enc takes back:
 * b_enc′ = b_enc + (b_dec′ − b_dec) · W_enc.
 */
export function withDecoder(sae: Sae, { W_dec, b_dec }: Pick<Fit, "W_dec" | "b_dec">): Sae {
  const { config, W_enc, b_enc, b_mag, r_mag } = sae;
  const { d_in, d_sae } = config;
  const isMoved = b_dec.data.some((b, j) => b !== sae.b_dec.data[j]);
  if (config.transcoder || !isMoved) return { ...sae, W_dec, b_dec };
  const taken = new Float64Array(d_sae);
  for (let j = 0; j < d_in; j++)
    for (let f = 0; f < d_sae; f++)
      taken[f] += (b_dec.data[j] - sae.b_dec.data[j]) * W_enc.data[j * d_sae + f];
  const plus = (b: Float32Array, by: (f: number) => number) => b.map((value, f) => value + by(f));
  return {
    ...sae,
    W_dec,
    b_dec,
    b_enc: { ...b_enc, data: plus(b_enc.data, (f) => taken[f]) },
    // the magnitude of gated is exp(r_mag) (pre − b_enc) + b_mag
    ...(b_mag &&
      r_mag && {
        b_mag: { ...b_mag, data: plus(b_mag.data, (f) => Math.exp(r_mag.data[f]) * taken[f]) },
      }),
  };
}

/** How much each feature that fires was too small: its scale, against its density, and how far it turned. */
export function describeFit(
  before: Sae,
  { W_dec, fired, tokens }: Pick<Fit, "W_dec" | "fired" | "tokens">,
): Pick<FinetuneSection, "scale" | "turned"> {
  const features = Array.from(fired.keys())
    .filter((f) => fired[f] > 0)
    .map((f) => ({ density: fired[f] / tokens, ...compareRows(before.W_dec, W_dec, f) }));
  const scales = features.map(({ scale }) => scale);
  const binOf = ({ density }: { density: number }) => Math.floor(2 * Math.log10(density));
  const bins = [...new Set(features.map(binOf))].sort((a, b) => a - b);
  return {
    scale: {
      features: features.length,
      ...spread(scales),
      histogram: histogram(scales),
      spearman_density: spearman(
        features.map(({ density }) => density),
        scales,
      ),
      by_density: bins.map((bin) => {
        const inside = features.filter((feature) => binOf(feature) === bin);
        return {
          log10_min: bin / 2,
          log10_max: (bin + 1) / 2,
          features: inside.length,
          ...spread(inside.map(({ scale }) => scale)),
        };
      }),
    },
    turned: spread(features.map(({ cosine }) => cosine)),
  };
}

/** The row's new length along the old one, and the cosine of the two. */
function compareRows(before: Fit["W_dec"], after: Fit["W_dec"], f: number) {
  const d_out = before.shape[1];
  let [dot, was, is] = [0, 0, 0];
  for (let at = f * d_out; at < (f + 1) * d_out; at++) {
    dot += before.data[at] * after.data[at];
    was += before.data[at] ** 2;
    is += after.data[at] ** 2;
  }
  return { scale: dot / was, cosine: dot / Math.sqrt(was * is) };
}

/** The figures of an evaluation that are compared. */
export function finetuneFigures({
  metrics,
}: Pick<Evaluation, "metrics">): FinetuneSection["before"] {
  const figures = finetuneMetrics.map((name) => [name, metrics[name].value]);
  const perplexity = (name: "ce_sae" | "ce_clean") => Math.exp(metrics[name].value);
  const perplexity_increase = perplexity("ce_sae") - perplexity("ce_clean");
  return { ...Object.fromEntries(figures), perplexity_increase };
}

const BINS = 40;

/** From the 0.5th to the 99.5th percentile, so that a few that lie far out do not flatten the rest. */
function histogram(values: number[]): FinetuneSection["scale"]["histogram"] {
  const sorted = Float64Array.from(values).sort();
  const counts = new Array<number>(BINS).fill(0);
  if (sorted.length === 0) return { min: 0, max: 1, counts };
  const [min, max] = [quantile(sorted, 0.005), quantile(sorted, 0.995)];
  for (const value of sorted) {
    const bin = max > min ? Math.floor((BINS * (value - min)) / (max - min)) : 0;
    counts[Math.max(0, Math.min(BINS - 1, bin))]++;
  }
  return { min, max, counts };
}

function spread(values: number[]) {
  const sorted = Float64Array.from(values).sort();
  const at = (q: number) => (sorted.length > 0 ? quantile(sorted, q) : 0);
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}
