import { z } from "zod";
import { architectures } from "./cfg.ts";
import { importProvenance } from "./foreign.ts";
import { perMetric } from "./metrics.ts";
import { sha256Hex } from "./sha256.ts";

export const BUNDLE_VERSION = 1;

/** A name that can stand in an address: lower-case letters, digits, dots, dashes and underscores. */
export const slug = z
  .string()
  .max(100)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, "expected lower-case letters, digits, '.', '-' or '_'");

/** The files a bundle may hold, and which must be there. */
export const bundleFiles = {
  "cfg.json": { required: true },
  "sae_weights.safetensors": { required: true },
  "sparsity.safetensors": { required: true },
  "training.jsonl": { required: false },
  "evaluation.json": { required: true },
  "features.parquet": { required: true },
  "examples.parquet": { required: true },
  "contexts.parquet": { required: true },
  "datapoints.parquet": { required: true },
  "datapoint_features.parquet": { required: false },
  "losses.parquet": { required: false },
  "connections.parquet": { required: false },
  "tokenizer.json": { required: true },
} as const;
export type BundleFile = keyof typeof bundleFiles;

/** Which token positions were trained on, measured and shown. */
export const tokenPolicy = z.object({
  /** leave out position 0 of every context (its activations are of another kind; see docs/glossary.md) */
  exclude_first_position: z.boolean(),
  /** leave out these token ids (the tokenizer's special tokens) */
  exclude_token_ids: z.array(z.int().nonnegative()),
});
export type TokenPolicy = z.infer<typeof tokenPolicy>;

/** The text; what older bundles do not say of it is null. */
const corpusProvenance = z.object({
  id: z.string(),
  sha256: sha256Hex,
  tokens: z.int().positive(),
  /** ORG/NAME@COMMIT of a dataset from a hub */
  source: z.string().nullable().default(null),
  documents: z.int().positive().nullable().default(null),
  held_out_documents: z.int().positive().nullable().default(null),
  /** documents that were left out */
  skipped: z
    .object({ empty: z.int().nonnegative(), binary: z.int().nonnegative() })
    .nullable()
    .default(null),
});

/** manifest.json: written last, by rename; a bundle with a manifest is complete. */
export const manifest = z.object({
  bundle_version: z.literal(BUNDLE_VERSION),
  model_id: slug,
  /** unique within the model, e.g. res3-16x-topk32 */
  name: slug,
  created_at: z.iso.datetime(),
  files: z.partialRecord(
    z.enum(Object.keys(bundleFiles) as [BundleFile, ...BundleFile[]]),
    z.object({ bytes: z.int().nonnegative(), sha256: sha256Hex }),
  ),
  sae: z.object({
    /** what it was trained as */
    architecture: z.enum(architectures),
    d_in: z.int().positive(),
    d_sae: z.int().positive(),
    hook_name: z.string(),
    k: z.int().positive().nullable(),
    /** of a transcoder: the hook it gives back, and its width */
    hook_name_out: z.string().nullable().default(null),
    d_out: z.int().positive().nullable().default(null),
    skip_connection: z.boolean().default(false),
  }),
  provenance: z.object({
    trainer_version: z.string(),
    engine: z.string(),
    seed: z.int(),
    /** the run's whole configuration, flags and defaults alike */
    config: z.record(z.string(), z.unknown()),
    model: z.object({
      id: slug,
      /** ORG/NAME and the commit on a model hub; null: a folder's model */
      source: z.string().nullable().default(null),
      commit: z.string().nullable().default(null),
      weights_sha256: sha256Hex,
      n_layers: z.int().positive(),
      d_model: z.int().positive(),
      d_vocab: z.int().positive(),
    }),
    corpus: corpusProvenance,
    tokenizer_sha256: sha256Hex,
    token_policy: tokenPolicy,
    /** counted tokens behind features.parquet and examples.parquet */
    dashboard_tokens: z.int().positive(),
    parent: sha256Hex.nullable(),
    /** of a dictionary that was made elsewhere */
    import: importProvenance.nullable().default(null),
  }),
  /** the metric values of evaluation.json, to be had without opening it */
  metrics: perMetric(z.number()),
});
export type Manifest = z.infer<typeof manifest>;
