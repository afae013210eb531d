/**
 * Saves an SAE of every architecture, and a transcoder with and without a skip connection where there are such, and has
 * SAELens load them (EleutherAI's sparsify where SAELens has no class for it): activations and outputs must be ours.
 * usage: npx tsx conformance/architectures.ts     (PYTHON names the interpreter)
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { architectures } from "../trainer/src/bundle/cfg.ts";
import { hasK, type SaeConfig, selectsFromBatch } from "../trainer/src/sae/config.ts";
import { createEncoder } from "../trainer/src/sae/encoder.ts";
import { saveSae } from "../trainer/src/sae/files.ts";
import { toInference } from "../trainer/src/sae/inference.ts";
import { randomSae, randomTensor } from "../trainer/src/sae/random-sae.ts";
import { toDense } from "../trainer/src/sae/sparse-acts.ts";
import { Random } from "../trainer/src/tensor/random.ts";
import { writeSafetensors } from "../trainer/src/tensor/safetensors.ts";

const VECTORS = 1024;
const sizes = { d_in: 32, d_sae: 256 };
const d_outs = { topk: 32, other: 24 }; // sparsify's transcoders have one width
/** scales of activations and targets while training, which saving divides out again */
const scales = { input_scale: 2, output_scale: 2 };

const temporary = mkdtempSync(join(tmpdir(), "conformance-"));
try {
  const folders = [];
  for (const config of configs()) folders.push(await write(config));
  const script = join(import.meta.dirname, "check_architectures.py");
  const python = process.env.PYTHON ?? "python3";
  const { status, error } = spawnSync(python, [script, ...folders], { stdio: "inherit" });
  if (error) console.log(`skipped everything: ${python} cannot be started (${error.message})`);
  else process.exitCode = status ?? 1;
} finally {
  rmSync(temporary, { recursive: true });
}

function configs(): SaeConfig[] {
  return architectures.flatMap((architecture) => {
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
  });
}

/** A folder as training leaves it, and in vectors.safetensors x and what we make of it. */
async function write(config: SaeConfig): Promise<string> {
  const { architecture, transcoder, input_norm } = config;
  const isTranscoder = transcoder && !transcoder.of_itself;
  const name = [
    architecture,
    input_norm,
    transcoder?.of_itself && "x-as-it-is",
    isTranscoder && "transcoder",
    transcoder?.skip && "skip",
  ];
  const dir = join(temporary, name.filter(Boolean).join("-"));
  mkdirSync(dir);
  const random = new Random(0, name.join());
  const sae = toInference(randomSae(random, config), scales, 2);
  const metadata = {
    model_name: "tiny",
    hook_name: "blocks.1.hook_resid_pre",
    ...(isTranscoder && { hook_name_out: "blocks.1.hook_mlp_out" }),
    context_size: 16,
    training_architecture: architecture,
    training_architecture_details: { k: config.k, group_sizes: config.group_sizes },
  };
  await saveSae(dir, sae, metadata);
  const x = randomTensor(random, 1, VECTORS, config.d_in);
  const encoder = await createEncoder(sae, { threads: 1, max_rows: VECTORS });
  const acts = encoder.encode(x);
  const y = encoder.decode(acts, x);
  await encoder.dispose();
  writeSafetensors(join(dir, "vectors.safetensors"), { x, acts: toDense(acts, config.d_sae), y });
  return dir;
}
