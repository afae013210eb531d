import { z } from "zod";
import { type Architecture, architectures } from "../bundle/cfg.ts";

/** What of |cos| between decoder rows is penalised. */
const orthogonalities = ["abs", "squared", "max"] as const;

const coefficient = z.number().nonnegative();

export const saeConfig = z.object({
  architecture: z
    .enum(architectures)
    .default("topk")
    .describe("sparsifying rule; standard is ReLU and an L1 penalty"),
  d_sae: z.int().positive().default(2048).describe("number of features"),
  k: z
    .int()
    .positive()
    .default(32)
    .describe("active features per token (topk; batchtopk and matryoshka_batchtopk: on average)"),
  l1_coefficient: coefficient
    .default(1)
    .describe("weight of the L1 penalty (standard, gated), for inputs scaled to mean norm √d_in"),
  lp_norm: z
    .number()
    .positive()
    .max(2)
    .default(1)
    .describe("p of the penalty Σ aᵖ (standard); below 1 it shrinks large activations less"),
  l0_coefficient: coefficient
    .default(0.1)
    .describe("weight of the sparsity penalty (jumprelu), for inputs scaled to mean norm √d_in"),
  jumprelu_sparsity: z
    .enum(["step", "tanh"])
    .default("step")
    .describe("what the penalty counts: features above their threshold, or tanh(scale · a)"),
  jumprelu_bandwidth: z
    .number()
    .positive()
    .default(0.5)
    .describe("width around a threshold in which its gradient is estimated (jumprelu)"),
  jumprelu_init_threshold: z
    .number()
    .positive()
    .default(0.7)
    .describe("what thresholds start as (jumprelu)"),
  jumprelu_tanh_scale: z
    .number()
    .positive()
    .default(4)
    .describe("scale of jumprelu_sparsity tanh (Anthropic, January 2025)"),
  matryoshka_widths: z
    .array(z.int().positive())
    .default([])
    .describe(
      "widths of the nested dictionaries (matryoshka_batchtopk); none: d_sae/32, /16, /8, /4, /2 and all",
    ),
  decoder_norm: z
    .enum(["unit", "free"])
    .default("unit")
    .describe(
      "unit: rows of W_dec keep norm 1; free: the penalty is weighted by their norms instead (standard, jumprelu)",
    ),
  orthogonality_coefficient: coefficient
    .default(0)
    .describe(
      "weight of a penalty on |cos| between decoder rows, a mean over features; 0: none, and no cost",
    ),
  orthogonality: z
    .enum(orthogonalities)
    .default("max")
    .describe(
      "what it is of a feature: the mean of |cos| or of cos² with the others, or |cos| with the nearest",
    ),
  orthogonality_chunk: z
    .int()
    .nonnegative()
    .default(0)
    .describe(
      "features compared with each other: random chunks of so many, others at each step, at a cost of d_sae · chunk; 0: all with all",
    ),
  skip_connection: z
    .boolean()
    .default(false)
    .describe("add x · W_skip to the output (transcoders: with --hook_name_out)"),
});
export type SaeSettings = z.infer<typeof saeConfig>;

/** What must be known of an SAE to run it. */
export type SaeConfig = {
  architecture: Architecture;
  d_in: number;
  d_sae: number;
  /** null where the architecture has none */
  k: number | null;
  /** matryoshka_batchtopk: features in each consecutive group; dictionary g is the groups up to g */
  group_sizes?: number[];
  /**
   * maps one hook's activations to another's, of width d_out, and subtracts no b_dec before encoding; `of_itself`: an
   * SAE that does not either, and so is like a transcoder from a hook to itself
   */
  transcoder?: { d_out: number; skip: boolean; of_itself?: true };
  /** rows are normalised before they are encoded, and x̂ is brought back to their mean and scale; see normalize.ts */
  input_norm?: "layer_norm" | "constant_norm_rescale";
};

/** How many features are active is a setting of these. */
export function hasK(architecture: Architecture): boolean {
  return ["topk", "batchtopk", "matryoshka_batchtopk"].includes(architecture);
}

/** Which k activations stay is decided over the batch, so that one row alone cannot be encoded. */
export function selectsFromBatch(architecture: Architecture): boolean {
  return architecture === "batchtopk" || architecture === "matryoshka_batchtopk";
}

/** What is wrong with the settings taken together, and of which setting; null when nothing is. */
export function misfit(
  settings: SaeSettings,
): { name: keyof SaeSettings; expected: string } | null {
  const {
    architecture,
    k,
    d_sae,
    decoder_norm,
    orthogonality_chunk,
    matryoshka_widths: widths,
  } = settings;
  if (hasK(architecture) && k > d_sae) return { name: "k", expected: "expected at most d_sae" };
  if (decoder_norm === "free" && architecture !== "standard" && architecture !== "jumprelu")
    return { name: "decoder_norm", expected: `expected unit for ${architecture}` };
  if (architecture === "matryoshka_batchtopk" && widths.some((w, i) => w <= (widths[i - 1] ?? 0)))
    return { name: "matryoshka_widths", expected: "expected ascending widths" };
  if (architecture === "matryoshka_batchtopk" && widths.length > 0 && widths.at(-1) !== d_sae)
    return { name: "matryoshka_widths", expected: `expected the last to be d_sae, ${d_sae}` };
  if (orthogonality_chunk === 1)
    return { name: "orthogonality_chunk", expected: "expected 2 or more, or 0 for all" };
  return null;
}

type Widths = { d_in: number; d_out: number | null };

/** The SAE that the settings ask for at a hook of width d_in; `d_out`: of the transcoder's target, else null. */
export function toSaeConfig(settings: SaeSettings, { d_in, d_out }: Widths): SaeConfig {
  const { architecture, d_sae, k, skip_connection: skip } = settings;
  return {
    architecture,
    d_in,
    d_sae,
    k: hasK(architecture) ? k : null,
    ...(architecture === "matryoshka_batchtopk" && { group_sizes: groupSizes(settings) }),
    ...(d_out !== null && { transcoder: { d_out, skip } }),
  };
}

/** Features in each group: differences of the widths. Without widths, those of Bussmann et al. 2025. */
function groupSizes({ matryoshka_widths: given, d_sae }: SaeSettings): number[] {
  const halves = [32, 16, 8, 4, 2, 1].map((part) => Math.floor(d_sae / part));
  const widths = given.length > 0 ? given : [...new Set(halves)].filter((width) => width > 0);
  return widths.map((width, i) => width - (widths[i - 1] ?? 0));
}

/** Width of what the SAE gives back. */
export function outWidth({ d_in, transcoder }: Pick<SaeConfig, "d_in" | "transcoder">): number {
  return transcoder?.d_out ?? d_in;
}
