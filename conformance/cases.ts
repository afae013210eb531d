/** An SAE of every architecture, and a transcoder with and without a skip connection where there are such. */
import { join } from "node:path";
import { architectures } from "../trainer/src/bundle/cfg.ts";
import { hasK, type SaeConfig, selectsFromBatch } from "../trainer/src/sae/config.ts";
import { createEncoder } from "../trainer/src/sae/encoder.ts";
import { saveSae } from "../trainer/src/sae/files.ts";
import { toInference } from "../trainer/src/sae/inference.ts";
import { randomSae, randomTensor } from "../trainer/src/sae/random-sae.ts";
import type { Sae } from "../trainer/src/sae/sae.ts";
import { toDense } from "../trainer/src/sae/sparse-acts.ts";
import { Random } from "../trainer/src/tensor/random.ts";
import { writeSafetensors } from "../trainer/src/tensor/safetensors.ts";
import type { Tensor } from "../trainer/src/tensor/tensor.ts";

const VECTORS = 1024;
/** d_in is more than exporters read between two pauses */
const sizes = { d_in: 96, d_sae: 256 };
const d_outs = { topk: 96, other: 24 }; // sparsify's transcoders have one width
/** scales of activations and targets while training, which saving divides out again */
const scales = { input_scale: 2, output_scale: 2 };

export type Case = { name: string; config: SaeConfig };

export function cases(): Case[] {
  return architectures
    .flatMap((architecture) => {
      const sae: SaeConfig = {
        architecture,
        ...sizes,
        k: hasK(architecture) ? 16 : null,
        ...(architecture === "matryoshka_batchtopk" && { group_sizes: [32, 96, 128] }),
      };
      const of_itself = { d_out: sizes.d_in, skip: false, of_itself: true as const };
      const foreign: SaeConfig[] = [
        { ...sae, transcoder: of_itself },
        { ...sae, input_norm: "layer_norm" },
        { ...sae, input_norm: "constant_norm_rescale" },
      ];
      if (architecture === "gated") return [sae, ...foreign]; // there are no gated transcoders
      const d_out = architecture === "topk" ? d_outs.topk : d_outs.other;
      const transcoders = [false, true].map((skip) => ({ ...sae, transcoder: { d_out, skip } }));
      // what is trained by batches is saved as jumprelu
      return [sae, ...(selectsFromBatch(architecture) ? [] : foreign), ...transcoders];
    })
    .map((config) => ({ name: nameOf(config), config }));
}

function nameOf({ architecture, transcoder, input_norm }: SaeConfig): string {
  const isTranscoder = transcoder && !transcoder.of_itself;
  const parts = [
    architecture,
    input_norm,
    transcoder?.of_itself && "x-as-it-is",
    isTranscoder && "transcoder",
    transcoder?.skip && "skip",
  ];
  return parts.filter(Boolean).join("-");
}

/** A folder as training leaves it, and in vectors.safetensors x and what we make of it. */
export async function writeCase(dir: string, { name, config }: Case): Promise<Sae> {
  const { architecture, transcoder, k, group_sizes } = config;
  const random = new Random(0, name);
  const sae = toInference(randomSae(random, config), scales, 2);
  const metadata = {
    model_name: "tiny",
    hook_name: "blocks.1.hook_resid_pre",
    ...(transcoder && !transcoder.of_itself && { hook_name_out: "blocks.1.hook_mlp_out" }),
    context_size: 16,
    training_architecture: architecture,
    training_architecture_details: { k, group_sizes },
  };
  await saveSae(dir, sae, metadata);
  const x = randomTensor(random, 1, VECTORS, config.d_in);
  writeSafetensors(join(dir, "vectors.safetensors"), { x, ...(await outputs(sae, x)) });
  return sae;
}

/** Activations [n, d_sae] and outputs [n, d_out] of x. */
export async function outputs(sae: Sae, x: Tensor): Promise<{ acts: Tensor; y: Tensor }> {
  const encoder = await createEncoder(sae, { threads: 1, max_rows: x.shape[0] });
  const acts = encoder.encode(x);
  const y = encoder.decode(acts, x);
  await encoder.dispose();
  return { acts: toDense(acts, sae.config.d_sae), y };
}
