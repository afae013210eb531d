import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ActivationSource } from "../../activations/source.ts";
import type { Report } from "../../bundle/index.ts";
import type { ToyResult } from "../../bundle/toy.ts";
import { createEncoder, type Encoder } from "../../sae/encoder.ts";
import { loadSae } from "../../sae/files.ts";
import type { KernelChoice } from "../../sae/kernel/choices.ts";
import type { Sae } from "../../sae/sae.ts";
import { kernelEngine } from "../../train/engines.ts";
import { plantedSource } from "../../train/planted.ts";
import { train } from "../../train/train.ts";
import { residualSource, windowOf } from "../residual-source.ts";
import { concatenated } from "../stack.ts";
import type { ToyConfig, ToySetting } from "./config.ts";
import { measureToy } from "./measure.ts";

const CHUNK_ROWS = 4096;

export type LearnOptions = {
  threads: number;
  sae_kernel: KernelChoice;
  report: Report;
  say(line: string): void;
  signal: AbortSignal;
};

/** Trains one setting in its folder, stage after stage, each from its newest checkpoint, and measures it. */
export async function learnToy(
  run_dir: string,
  config: Pick<ToyConfig, "seed" | "train_tokens" | "held_out_rows" | "found_cosine">,
  { plant, stageSettings, ...about }: ToySetting,
  options: LearnOptions,
): Promise<ToyResult> {
  const planted = plant();
  const sizes = { n: config.train_tokens, chunk_rows: CHUNK_ROWS, held_out: config.held_out_rows };
  const source = plantedSource(planted, config.seed, sizes);
  const trained: Sae[] = [];
  let next = 0;
  for (const [stage, settings] of stageSettings.entries()) {
    const windowed = windowOf(source, next, settings.train_tokens);
    next = windowed.next;
    const dir = stageSettings.length === 1 ? run_dir : join(run_dir, `stage-${stage + 1}`);
    if (!existsSync(join(dir, "bundle", "cfg.json")))
      await withResidual(windowed.window, trained, options, (read) =>
        train(settings, {
          source: read,
          run_dir: dir,
          metadata: { model_name: "toy", hook_name: "blocks.0.hook_resid_post", context_size: 1 },
          engine: kernelEngine(options.sae_kernel),
          threads: options.threads,
          held_out: null,
          report: options.report,
          warn: options.say,
          signal: options.signal,
        }),
      );
    trained.push(await loadSae(join(dir, "bundle")));
  }
  const sae = joined(trained);
  const { x } = await source.heldOut();
  const { found_cosine } = config;
  const found = await withEncoder(sae, options, async (encoder) =>
    measureToy(planted, sae, encoder, x, { found_cosine }),
  );
  return { ...about, ...found };
}

/** Lends what the stages before leave of x; before the first that is x itself. */
async function withResidual(
  source: ActivationSource,
  before: Sae[],
  options: LearnOptions,
  work: (source: ActivationSource) => Promise<unknown>,
): Promise<void> {
  if (before.length === 0) await work(source);
  else
    await withEncoder(joined(before), options, (encoder) => work(residualSource(source, encoder)));
}

async function withEncoder<T>(
  sae: Sae,
  { threads, sae_kernel }: LearnOptions,
  work: (encoder: Encoder) => Promise<T>,
): Promise<T> {
  const encoder = await createEncoder(sae, { threads, sae_kernel, max_rows: CHUNK_ROWS });
  try {
    return await work(encoder);
  } finally {
    await encoder.dispose();
  }
}

function joined(stages: Sae[]): Sae {
  return stages.length === 1 ? stages[0] : concatenated(stages);
}
