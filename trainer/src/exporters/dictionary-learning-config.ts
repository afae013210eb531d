import type { Manifest } from "../bundle/index.ts";
import { parseHookName } from "../model/hook-names.ts";
import type { Bundled } from "./exporter.ts";
import type { Traits } from "./traits.ts";

const trainers: Record<string, string> = {
  AutoEncoder: "StandardTrainer",
  AutoEncoderNew: "StandardTrainerAprilUpdate",
  GatedAutoEncoder: "GatedSAETrainer",
  AutoEncoderTopK: "TopKTrainer",
  BatchTopKSAE: "BatchTopKTrainer",
  MatryoshkaBatchTopKSAE: "MatryoshkaBatchTopKTrainer",
  JumpReluAutoEncoder: "JumpReluTrainer",
};

/** config.json as its own trainers write it, as far as it is known; what loads a dictionary reads dict_class and k. */
export function learningConfig(
  { manifest, cfg }: Bundled,
  { d_in, d_sae, k, trained }: Traits,
  name: string,
) {
  const { config: run, model } = manifest.provenance;
  const { hook_name, context_size } = cfg.metadata;
  const known = (key: string) => (typeof run[key] === "number" ? run[key] : null);
  return {
    trainer: {
      dict_class: name,
      trainer_class: trainers[name],
      activation_dim: d_in,
      dict_size: d_sae,
      ...((k ?? trained.k) !== null && { k: k ?? trained.k }),
      ...(trained.group_sizes && { group_sizes: trained.group_sizes }),
      lr: known("lr"),
      steps: stepsOf(manifest),
      warmup_steps: known("lr_warmup_steps"),
      seed: manifest.provenance.seed,
      device: "cpu",
      layer: parseHookName(hook_name).layer,
      lm_name: model.source ?? cfg.metadata.model_name,
      wandb_name: manifest.name,
      submodule_name: submodule(hook_name),
      hook_name,
    },
    buffer: {
      d_submodule: d_in,
      io: "out",
      n_ctxs: null,
      ctx_len: context_size,
      refresh_batch_size: null,
      out_batch_size: known("train_batch_tokens"),
      device: "cpu",
    },
  };
}

function stepsOf({ provenance: { config: run } }: Manifest): number | null {
  const { train_tokens, train_batch_tokens } = run;
  if (typeof train_tokens !== "number" || typeof train_batch_tokens !== "number") return null;
  return Math.floor(train_tokens / train_batch_tokens);
}

/** resid_post_layer_3, as its examples name them. */
function submodule(hook_name: string): string {
  const { layer, site } = parseHookName(hook_name);
  const place = site.replace(/^.*hook_/, "");
  return layer === null ? place : `${place}_layer_${layer}`;
}
