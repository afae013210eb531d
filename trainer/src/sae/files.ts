import { join } from "node:path";
import { readCfg, type SaelensCfg, saelensCfg, tensorShapes } from "../bundle/cfg.ts";
import { checkTensors } from "../bundle/check-weights.ts";
import { readJson, writeJson } from "../bundle/json-files.ts";
import { readSafetensors, writeSafetensors } from "../tensor/safetensors.ts";
import { type Tensor, transposed } from "../tensor/tensor.ts";
import type { SaeConfig } from "./config.ts";
import type { Sae } from "./sae.ts";
import { makeWeights, type WeightName, weight, weightNames } from "./weights.ts";

const CFG = "cfg.json";
const WEIGHTS = "sae_weights.safetensors";

/** What cfg.json says of where the SAE belongs; more keys may be added. */
export type SaeMetadata = {
  model_name: string;
  hook_name: string;
  hook_name_out?: string | null;
  context_size: number;
  [key: string]: unknown;
};

/** Writes the directory that `SAE.load_from_disk` of SAELens ≥ 6 opens; cfg.json last, by renaming. */
export async function saveSae(dir: string, sae: Sae, metadata: SaeMetadata): Promise<void> {
  const cfg = toCfg(sae, metadata);
  const tensors = weightNames(sae.config).map((name) => [
    stored(sae, name),
    name === "W_skip" ? transposed(weight(sae, name)) : weight(sae, name),
  ]);
  writeSafetensors(join(dir, WEIGHTS), Object.fromEntries(tensors));
  await writeJson(join(dir, CFG), cfg);
}

/** A damaged or foreign file is a BundleError that names the tensor or key, what was found and what was expected. */
export async function loadSae(dir: string): Promise<Sae> {
  return readSae(await readJson(join(dir, CFG), saelensCfg), join(dir, WEIGHTS));
}

/** The SAE that a cfg.json describes, out of the file of its weights. */
export function readSae(cfg: SaelensCfg, path: string): Sae {
  checkTensors(path, tensorShapes(cfg));
  const config = configOf(cfg);
  const file = readSafetensors(path);
  const read = (name: WeightName): Tensor => file.tensor(stored({ config }, name));
  const weights = makeWeights(config, (name) =>
    name === "W_skip" ? transposed(read(name)) : read(name),
  );
  file.close();
  return { config, ...weights };
}

/** What a cfg.json says of how to run its SAE. */
export function configOf(cfg: SaelensCfg): SaeConfig {
  const { rule, transcoder, input_norm, ...sizes } = readCfg(cfg);
  return {
    architecture: rule,
    ...sizes,
    ...(transcoder && { transcoder }),
    ...(input_norm && { input_norm }),
  };
}

/** SAELens' name of a weight. */
function stored({ config }: Pick<Sae, "config">, name: WeightName): string {
  return config.architecture === "gated" && name === "b_enc" ? "b_gate" : name;
}

function toCfg({ config }: Sae, metadata: SaeMetadata): SaelensCfg {
  const { architecture, d_in, d_sae, k, transcoder, input_norm } = config;
  return saelensCfg.parse({
    architecture: architectureOf(config),
    ...(transcoder && !transcoder.of_itself && { d_out: transcoder.d_out }),
    ...(architecture === "topk" && { k, rescale_acts_by_decoder_norm: false }),
    d_in,
    d_sae,
    dtype: "float32",
    device: "cpu",
    apply_b_dec_to_input: !transcoder,
    normalize_activations: input_norm ?? "none",
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
  });
}

/** jumprelu, topk_transcoder, skip_transcoder, … */
function architectureOf({ architecture, transcoder }: Sae["config"]): string {
  if (!transcoder || transcoder.of_itself) return architecture;
  const rule = architecture === "standard" ? [] : [architecture];
  return [...rule, ...(transcoder.skip ? ["skip"] : []), "transcoder"].join("_");
}
