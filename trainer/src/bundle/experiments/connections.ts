import { z } from "zod";
import { type Experiment, experimentSection } from "./section.ts";

/** How an output feature is predicted from another dictionary's: F2 ≈ W F1, and F2 ≈ ReLU(W' F1). */
export const connectionVariants = ["linear", "relu"] as const;

const fraction = z.number().min(0).max(1);
const share = z.number().max(1);
const count = z.int().nonnegative();

/** Over the output features that vary on the held-out tokens. */
const fit = z.object({
  features: count,
  /** of all these features together, Σ over features first; null where there is none */
  together: share.nullable(),
  mean: share.nullable(),
  quantiles: z.array(z.object({ q: fraction, variance_explained: share })),
  /** features in equal bins of the share, from 0 to 1; those below 0 apart */
  histogram: z.object({ counts: z.array(count), below_zero: count }),
  /** share of the features of which more than `threshold` is explained */
  above: z.array(z.object({ threshold: fraction, share: fraction })),
  /** `counts[l0]` rows have so many weights */
  l0: z.object({ mean: z.number().nonnegative(), counts: z.array(count) }),
});
export type ConnectionFit = z.infer<typeof fit>;

const source = z.object({
  /** the dictionary that is connected from: its bundle's name, and sha256 of its sae_weights.safetensors */
  name: z.string(),
  hook_name: z.string(),
  weights_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  d_sae: z.int().positive(),
  /** counted tokens that it was learnt from, and that it was measured on */
  tokens: count,
  held_out_tokens: count,
  config: z.record(z.string(), z.unknown()),
  linear: fit.nullable(),
  relu: fit.nullable(),
  /** what ReLU adds to a feature's share: mean, and share of the features to which it adds more than 0.05 */
  relu_adds: z.object({ mean: z.number(), above_0_05: fraction }).nullable(),
});
export type ConnectionSource = z.infer<typeof source>;

export const connections = {
  title: "Connections from another dictionary",
  question:
    "Which features of another hook is each feature built from, and is it a linear sum of them?",
  formula:
    "F1 and F2 are the feature activations of two dictionaries at the same counted tokens. A row of W minimises ½E[(f − Σ wᵢ aᵢ)²] + l1 Σ|wᵢ| over training tokens, f and every aᵢ in units of its root mean square (with a constant: of its standard deviation); one of W' the same with ReLU(Σ wᵢ aᵢ), where tokens on which f is active count ½(f − Σ wᵢ aᵢ)², which keeps the problem convex. Weights below 1 % of the row's largest, in those units, are left out, and beyond the 64 strongest. Variance explained is 1 − Σ(f − f̂)² / Σ(f − f̄)² over held-out tokens, of the weights that are kept; the constant f̄ has 0, and a row without a constant may have less.",
  formula_version: 1,
  command: "connect RUN_DIR_FROM RUN_DIR_TO",
  section: experimentSection({
    /** one for each dictionary that this one was connected from; `config` above is that of the last */
    sources: z.array(source),
  }),
} as const satisfies Experiment;
