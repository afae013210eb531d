import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type SaelensCfg, saelensCfg } from "../bundle/cfg.ts";
import { checkTensors } from "../bundle/check-weights.ts";
import { readJson } from "../bundle/json-files.ts";
import { readSafetensors, writeSafetensors } from "../tensor/safetensors.ts";
import { type Sae, weightShapes } from "./sae.ts";

const CFG = "cfg.json";
const WEIGHTS = "sae_weights.safetensors";

/** What cfg.json says of where the SAE belongs; more keys may be added. */
export type SaeMetadata = {
  model_name: string;
  hook_name: string;
  context_size: number;
  [key: string]: unknown;
};

/** Writes the directory that `SAE.load_from_disk` of SAELens ≥ 6 opens; cfg.json last, by renaming. */
export async function saveSae(dir: string, sae: Sae, metadata: SaeMetadata): Promise<void> {
  const { W_enc, b_enc, W_dec, b_dec } = sae;
  writeSafetensors(join(dir, WEIGHTS), { W_enc, b_enc, W_dec, b_dec });
  const path = join(dir, CFG);
  await writeFile(`${path}.tmp`, `${JSON.stringify(toCfg(sae.config, metadata), null, 2)}\n`);
  await rename(`${path}.tmp`, path);
}

/** A damaged or foreign file is a BundleError that names the tensor or key, what was found and what was expected. */
export async function loadSae(dir: string): Promise<Sae> {
  const cfg = await readJson(join(dir, CFG), saelensCfg);
  const { architecture, d_in, d_sae } = cfg;
  checkTensors(join(dir, WEIGHTS), weightShapes(cfg));
  const file = readSafetensors(join(dir, WEIGHTS));
  const sae = {
    config: { architecture, d_in, d_sae, k: architecture === "topk" ? cfg.k : null },
    W_enc: file.tensor("W_enc"),
    b_enc: file.tensor("b_enc"),
    W_dec: file.tensor("W_dec"),
    b_dec: file.tensor("b_dec"),
  };
  file.close();
  return sae;
}

function toCfg({ architecture, d_in, d_sae, k }: Sae["config"], metadata: SaeMetadata): SaelensCfg {
  const common = {
    d_in,
    d_sae,
    dtype: "float32",
    device: "cpu",
    apply_b_dec_to_input: true,
    normalize_activations: "none",
    reshape_activations: "none",
    metadata: {
      // the form of the files: below 6.0.0 SAELens would rebuild the metadata from top-level keys
      sae_lens_version: "6.0.0",
      sae_lens_training_version: null,
      hook_head_index: null,
      prepend_bos: false,
      seqpos_slice: [null],
      // otherwise TransformerLens would centre the residual stream
      model_from_pretrained_kwargs: { center_writing_weights: false },
      dataset_path: null,
      neuronpedia_id: null,
      ...metadata,
    },
  } as const;
  return architecture === "standard"
    ? { architecture, ...common }
    : { architecture, k: k ?? d_sae, rescale_acts_by_decoder_norm: false, ...common };
}
