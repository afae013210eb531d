import type { Architecture } from "./cfg.ts";
import type { Reading } from "./foreign.ts";
import type { Manifest } from "./manifest.ts";

/** What decides how a dictionary is run. */
export type RunLike = {
  architecture: Architecture;
  k: number | null;
  d_in: number;
  d_sae: number;
  hook_name_out: string | null;
  skip_connection: boolean;
} & Pick<Reading, "subtract_b_dec" | "normalize_activations">;

/** How a dictionary is run: as the trainer makes it, or as it was read. */
export function runLike({ sae, provenance }: Pick<Manifest, "sae" | "provenance">): RunLike {
  const { architecture, k, d_in, d_sae, hook_name_out, skip_connection } = sae;
  const read = provenance.import?.reading;
  return {
    ...{ architecture, k, d_in, d_sae, hook_name_out, skip_connection },
    subtract_b_dec: read ? read.subtract_b_dec : hook_name_out === null,
    normalize_activations: read ? read.normalize_activations : "none",
    ...(read && { architecture: read.architecture, k: read.k }),
  };
}

/** SAELens has no class for transcoders that keep the k largest. */
export function isKnownToSaelens({ architecture, hook_name_out }: RunLike): boolean {
  return architecture !== "topk" || hook_name_out === null;
}

/** Lines of Python from x to x_hat, with the tensors of sae_weights.safetensors in w. */
export function forwardPass(dictionary: RunLike): string {
  const { architecture, k, skip_connection, subtract_b_dec } = dictionary;
  const { read, before, after } = normalisation[dictionary.normalize_activations];
  const centred = subtract_b_dec ? `(${read} - w["b_dec"])` : read;
  const threshold = 'acts = torch.relu(pre) * (pre > w["threshold"])';
  const rules: Record<RunLike["architecture"], string> = {
    standard: "acts = torch.relu(pre)",
    gated: `magnitude = (pre - w["b_gate"]) * w["r_mag"].exp() + w["b_mag"]
acts = torch.relu(magnitude) * (pre > 0)`,
    jumprelu: threshold,
    topk: `top = torch.relu(pre).topk(${k}, dim=-1)
acts = torch.zeros_like(pre).scatter(-1, top.indices, top.values)`,
    batchtopk: threshold,
    matryoshka_batchtopk: threshold,
  };
  const bias = architecture === "gated" ? "b_gate" : "b_enc";
  const skip = skip_connection ? ' + x @ w["W_skip"].T' : "";
  return `${before}pre = ${centred} @ w["W_enc"] + w["${bias}"]
${rules[architecture]}
x_hat = acts @ w["W_dec"] + w["b_dec"]${skip}${after}`;
}

/** What is done to each row, and undone: SAELens' formulas. */
const normalisation: Record<
  Reading["normalize_activations"],
  { read: string; before: string; after: string }
> = {
  none: { read: "x", before: "", after: "" },
  layer_norm: {
    read: "rows",
    before: `mean, std = x.mean(-1, keepdim=True), x.std(-1, keepdim=True)
rows = (x - mean) / (std + 1e-5)
`,
    after: "\nx_hat = x_hat * std + mean",
  },
  constant_norm_rescale: {
    read: "rows",
    before: `scale = x.shape[-1] ** 0.5 / x.norm(dim=-1, keepdim=True)
rows = x * scale
`,
    after: "\nx_hat = x_hat / scale",
  },
};
