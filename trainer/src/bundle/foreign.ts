import { z } from "zod";
import { architectures } from "./cfg.ts";
import type { Metric } from "./metrics.ts";
import { sha256Hex } from "./sha256.ts";

/** The formats of other systems that are read; how each is told and read stands in `trainer/src/importers`. */
export const foreignFormats = {
  saelens: { title: "SAELens", files: "cfg.json and sae_weights.safetensors" },
  dictionary_learning: { title: "dictionary_learning", files: "ae.pt and config.json" },
  sparsify: { title: "sparsify", files: "cfg.json and sae.safetensors" },
  openai: { title: "OpenAI sparse_autoencoder", files: "a .pt of its state_dict" },
  gemma_scope: { title: "Gemma Scope", files: "params.npz or params.safetensors" },
  llamascopium: { title: "Llamascopium", files: "config.json and sae_weights.safetensors" },
  e2e_sae: { title: "e2e_sae", files: "a .pt of all its SAEs" },
  learned_dicts: { title: "sparse_coding (learned_dicts)", files: "learned_dicts.pt" },
  tied_sae: { title: "sparse_coding (TiedSAE, UntiedSAE)", files: "a pickled module" },
  state_dict: { title: "plain state dict", files: "a .pt of named tensors" },
  safetensors: { title: "bare safetensors", files: "a .safetensors of named tensors" },
} as const;
export type ForeignFormat = keyof typeof foreignFormats;

const formatName = z.enum(Object.keys(foreignFormats) as [ForeignFormat, ...ForeignFormat[]]);

/**
 * How the numbers of a foreign file are read: all that loaders elsewhere decide in silence. With s the
 * input_scale and N the normalisation of a row,
 *
 *     x' = N(s · x);   pre = (x' − b_dec · subtract_b_dec) · W_enc + b_enc
 *     x̂ = N⁻¹(activate(pre) · W_dec + b_dec) / s
 */
export const reading = z.object({
  /** the rule by which it is run, which need not be the one it was trained by */
  architecture: z
    .enum(["standard", "gated", "jumprelu", "topk"])
    .describe("sparsifying rule: ReLU, a gate, a threshold of each feature, or the k largest"),
  k: z.int().positive().nullable().describe("active features per token (topk alone)"),
  encoder: z
    .enum(["d_in,d_sae", "d_sae,d_in"])
    .describe("how the encoder's matrix lies in the file, rows first"),
  decoder: z
    .enum(["d_sae,d_out", "d_out,d_sae"])
    .describe("how the decoder's matrix lies in the file, rows first"),
  subtract_b_dec: z.boolean().describe("whether the encoder reads x − b_dec instead of x"),
  decoder_rows: z
    .enum(["stored", "unit"])
    .describe("unit: each feature's direction is divided by its norm when it is used"),
  rescale_acts_by_decoder_norm: z
    .boolean()
    .describe("whether features are chosen by activation times norm of their direction (topk)"),
  normalize_activations: z
    .enum(["none", "layer_norm", "constant_norm_rescale"])
    .describe("what is done to each activation vector before encoding, and undone afterwards"),
  input_scale: z
    .number()
    .positive()
    .describe("what activations are multiplied by before encoding; the output is divided by it"),
  hook_name: z.string().describe("where in the model it belongs, by TransformerLens' names"),
  hook_name_out: z
    .string()
    .nullable()
    .describe("where a transcoder's output goes; null: no transcoder"),
  model: z.string().describe("the language model: an id on a model hub, or a folder"),
});
export type Reading = z.infer<typeof reading>;
export type ReadingKey = keyof Reading;

/** What the files say of a reading; what they do not say is not there, and must be given. */
export const saidReading = reading.partial();
export type SaidReading = z.infer<typeof saidReading>;

/** A dictionary that was found in foreign files, before anything was computed with it. */
export const foreignDictionary = z.object({
  format: formatName,
  /** its file or folder within what was given; with "#…" where one file holds many */
  where: z.string(),
  d_in: z.int().positive(),
  d_sae: z.int().positive(),
  d_out: z.int().positive(),
  /** the tensors of its files by their own names, and what they are taken for; null: not used */
  tensors: z.array(
    z.object({
      name: z.string(),
      dtype: z.string(),
      shape: z.array(z.int().nonnegative()),
      role: z.string().nullable(),
    }),
  ),
  reading: saidReading,
  /** of each part of the reading, where it is from, as a clause: "cfg.json: apply_b_dec_to_input is true" */
  because: z.partialRecord(
    z.enum(Object.keys(reading.shape) as [ReadingKey, ...ReadingKey[]]),
    z.string(),
  ),
  /** what somebody should know who takes it: tensors left aside, a checkpoint in mid-training */
  notes: z.array(z.string()),
  /** what is known of how it was trained */
  trained: z.object({
    architecture: z.enum(architectures).nullable(),
    k: z.int().positive().nullable(),
    context_size: z.int().positive().nullable(),
    dataset: z.string().nullable(),
  }),
});
export type ForeignDictionary = z.infer<typeof foreignDictionary>;

/** The parts of a reading that neither the files nor `given` say. */
export function unsaid(said: SaidReading): ReadingKey[] {
  return (Object.keys(reading.shape) as ReadingKey[]).filter((key) => said[key] === undefined);
}

const fit = z.object({ fvu: z.number(), l0: z.number(), l2_ratio: z.number() });

/** How a reading is compared with others. */
export const importFormula = {
  title: "Import check",
  formula:
    "FVU, L0 and L2 ratio, as evaluation defines them, on held-out counted activations: as read, and by every other reading that the tensors allow. Another reading fits better when its FVU is at most 0.6 and one of three holds. FVU · max(1, L0 / L0 as read) is below 0.9 of the FVU as read (of another hook 0.85, of ReLU in the place of a rule that leaves features out 0.5). Its FVU is lower and its L0 below 0.7 of that as read. Nothing is reconstructed as read (FVU above 0.6), its FVU is below half of that and its L0 below d_in (not for ReLU). Poor is an FVU of 0.5 or more, or an L0 more than twice, or less than half, of the k of training.",
  formula_version: 1,
  digits: 3,
  better: "neither",
} as const satisfies Metric;

/** What a reading gives on real activations, beside what others give. */
export const importCheck = z.object({
  formula_version: z.literal(importFormula.formula_version),
  /** activations of the model's own, at the hook */
  tokens: z.int().positive(),
  seed: z.int(),
  as_read: fit,
  /** the one that fits better, where one does, is the first */
  alternatives: z.array(z.object({ change: reading.partial(), title: z.string(), ...fit.shape })),
  /** misread: another reading fits better; poor: none fits well */
  verdict: z.enum(["fits", "poor", "misread"]),
  /** the verdict as a sentence, with its figures */
  says: z.string(),
});
export type ImportCheck = z.infer<typeof importCheck>;

const filesRead = z.array(
  z.object({ path: z.string(), bytes: z.int().nonnegative(), sha256: sha256Hex }),
);

/** Dashboards that were made elsewhere and taken over: features and examples are theirs, not computed here. */
export const importedDashboards = z.object({
  files: filesRead,
  /** texts that they were made on, each of so many tokens, of that dataset */
  n_prompts_total: z.int().positive(),
  n_tokens_in_prompt: z.int().positive(),
  dataset: z.string(),
  /** what could not be taken as it is */
  notes: z.array(z.string()),
});
export type ImportedDashboards = z.infer<typeof importedDashboards>;

/** Of an imported dictionary, what its numbers were and how they were read. */
export const importProvenance = z.object({
  format: formatName,
  where: z.string(),
  /** ORG/NAME and the commit, when it came from a model hub */
  source: z.string().nullable(),
  commit: z.string().nullable(),
  files: filesRead,
  reading,
  because: foreignDictionary.shape.because,
  notes: z.array(z.string()),
  /** null: it was not checked */
  check: importCheck.nullable(),
  /** a reading that another one beats was taken all the same */
  accepted: z.boolean(),
  /** absent: dashboards were made here */
  dashboards: importedDashboards.optional(),
});
export type ImportProvenance = z.infer<typeof importProvenance>;
