import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { toTokenPolicy } from "../../activations/policy.ts";
import type { ActivationSource } from "../../activations/source.ts";
import type { Report, Sections } from "../../bundle/index.ts";
import { measureTogether } from "../../evaluate/measure.ts";
import { countedActivations } from "../../experiments/counted-activations.ts";
import { residualSource, windowOf } from "../../experiments/residual-source.ts";
import { concatenated } from "../../experiments/stack.ts";
import { StageSum } from "../../experiments/stage-sum.ts";
import { createEncoder, type Encoder } from "../../sae/encoder.ts";
import { loadSae, saveSae } from "../../sae/files.ts";
import { Fvu } from "../../sae/fvu.ts";
import type { Sae } from "../../sae/sae.ts";
import { rowNorms } from "../../tensor/row-norms.ts";
import { modelId } from "../../text/config.ts";
import { threadsOf } from "../config.ts";
import { dictionaryName } from "../name.ts";
import { withModel } from "../opened.ts";
import { folders, type TrainerRun } from "../stage-verb.ts";
import { sayPasses, stateMemory, trainingInput, withHarvested } from "../train.ts";
import type { Context } from "../verb.ts";
import type { AtOnce } from "./at-once.ts";
import { type StackConfig, sparsityOf, stageConfig, wholeConfig } from "./stack-config.ts";

type Stacking = NonNullable<Sections["stacking"]>;
type Figures = Pick<AtOnce, "l0" | "fvu" | "ce_diff" | "ce_loss_recovered">;

/** What is known once the dictionary is there; figures after the last stage are measured with its bundle. */
export type Stacked = {
  name: string;
  stages: (Pick<Stacking["stages"][number], "features" | "train_tokens" | "sparsity"> & {
    after: Figures | null;
  })[];
  sum: Stacking["sum"];
};

/**
 * Trains stage after stage, in DIR/stages, each from its newest checkpoint; then joins them, compares the
 * dictionary with their sum, and writes DIR/bundle with it, wholly or not at all; `keep` is told before.
 */
export async function trainStages(
  run: TrainerRun,
  config: StackConfig,
  context: Context,
  keep: (found: Stacked) => void,
): Promise<Stacked> {
  const trained: Sae[] = [];
  await withHarvested(run, context, async (source) => {
    let next = 0;
    for (let stage = 0; stage < config.stages; stage++) {
      const { train_tokens } = stageConfig(config, run.config, stage);
      const windowed = windowOf(source, next, train_tokens);
      if (!config.repeat_data) next = windowed.next;
      trained.push(await trainStage(windowed.window, trained, { run, config, stage }, context));
      if (config.target_fvu === null || stage === config.stages - 1) continue;
      const fvu = await heldOutFvu(source, concatenated(trained), run);
      context.say(`stack: fvu ${fvu.toFixed(4)} on held-out activations after stage ${stage + 1}`);
      if (fvu <= config.target_fvu) break;
    }
  });
  const whole = concatenated(trained);
  const checked = await check(whole, trained, run, context);
  const of = { ...run.config, ...wholeConfig(config, trained.length) };
  const found = {
    name: `${dictionaryName(of, whole.config.d_in)}-stack${trained.length}`,
    stages: trained.map(({ config: { d_sae } }, stage) => {
      const own = stageConfig(config, run.config, stage);
      const setting = sparsityOf(config);
      const sparsity = { setting, value: own[setting] };
      const { train_tokens } = own;
      return { features: d_sae, train_tokens, sparsity, after: checked.after[stage] ?? null };
    }),
    sum: checked.sum,
  };
  keep(found);
  await writeBundle(run, whole, of.k);
  return found;
}

type Stage = { run: TrainerRun; config: StackConfig; stage: number };

/** Trains a stage on what those before it leave, unless it is trained. */
async function trainStage(
  source: ActivationSource,
  before: Sae[],
  { run, config, stage }: Stage,
  context: Context,
): Promise<Sae> {
  const dir = join(run.dir, "stages", String(stage + 1));
  const bundle = join(dir, "bundle");
  const title = `stage ${stage + 1} of ${config.stages}`;
  if (existsSync(join(bundle, "cfg.json"))) {
    context.say(`${title}: trained before`);
    return loadSae(bundle);
  }
  const { train } = await import("../../train/train.ts");
  const own = stageConfig(config, run.config, stage);
  const { signal, say } = context;
  const report: Report = (progress) => context.report({ ...progress, stage: title });
  const encoder = stage === 0 ? null : await encoderOf(concatenated(before), run);
  try {
    const read = encoder ? residualSource(source, encoder) : source;
    stateMemory(own, read, say);
    sayPasses(own, read, say);
    const input = await trainingInput(read, { config: own, dir });
    return await train(own, { ...input, report, warn: say, signal });
  } finally {
    await encoder?.dispose();
  }
}

async function heldOutFvu(source: ActivationSource, sae: Sae, run: TrainerRun): Promise<number> {
  const { x } = await source.heldOut();
  const encoder = await encoderOf(sae, run);
  try {
    const fvu = new Fvu();
    fvu.add(x, encoder.decode(encoder.encode(x), x));
    return fvu.value;
  } finally {
    await encoder.dispose();
  }
}

/** The dictionary against the sum of its stages, and figures after each but the last. */
async function check(whole: Sae, stages: Sae[], run: TrainerRun, context: Context) {
  const prefixes = stages.slice(0, -1).map((_, i) => concatenated(stages.slice(0, i + 1)));
  let found: { sum: Stacking["sum"]; after: Figures[] } | undefined;
  const encoders: Encoder[] = [];
  const opened = async (sae: Sae) => {
    const encoder = await encoderOf(sae, run);
    encoders.push(encoder);
    return encoder;
  };
  await withModel(run, context, async ({ model, tokens }) => {
    const { hook_name, seed, eval_tokens } = run.config;
    const { report, signal } = context;
    const policy = toTokenPolicy(run.config, tokens.header.special_ids);
    const asked = Math.ceil((eval_tokens ?? Infinity) / tokens.context_size);
    const n_contexts = Math.min(tokens.held_out_contexts, asked);
    const input = { model, tokens, hook_name, hook_name_out: null, policy, n_contexts, signal };
    const ofStages = [];
    for (const sae of stages)
      ofStages.push({ d_sae: sae.config.d_sae, encoder: await opened(sae) });
    const sum = new StageSum({ ...whole, encoder: await opened(whole) }, ofStages);
    for await (const x of countedActivations({ ...input, report, stage: "sum of the stages" }))
      sum.add(x);
    const none = { datapoints: 0, worst_fraction: 0, best_datapoints: 0, shown_contexts: 0 };
    const measurables = [];
    for (const sae of prefixes) {
      const decoder_norms = rowNorms(sae.W_dec);
      measurables.push({
        encoder: await opened(sae),
        decoder_norms,
        datapoints: none,
        seed,
        report,
      });
    }
    const measured = await measureTogether(input, measurables);
    const { tokens: counted, largest_difference, moved } = sum;
    found = {
      sum: { tokens: counted, largest_difference, moved },
      after: measured.map(({ sparsity, fvu, losses }) => ({
        l0: sparsity.l0,
        fvu: fvu.value,
        ce_diff: losses.ce_diff,
        ce_loss_recovered: losses.ce_loss_recovered,
      })),
    };
  }).finally(async () => {
    for (const encoder of encoders) await encoder.dispose();
  });
  return found as NonNullable<typeof found>;
}

function encoderOf(sae: Sae, { config }: TrainerRun): Promise<Encoder> {
  const { sae_kernel } = config;
  return createEncoder(sae, { threads: threadsOf(config), sae_kernel, max_rows: 4096 });
}

async function writeBundle(run: TrainerRun, sae: Sae, k: number): Promise<void> {
  const { config } = run;
  const next = join(run.dir, "bundle.next");
  await rm(next, { recursive: true, force: true });
  await mkdir(next);
  const { hook_name, context_size, architecture } = config;
  const hasK = sparsityOf(config as unknown as StackConfig) === "k";
  const { kernelName } = await import("../../sae/kernel/kernel.ts");
  await saveSae(next, sae, {
    model_name: modelId(config),
    hook_name,
    context_size,
    training_engine: kernelName(config.sae_kernel),
    training_architecture: architecture,
    training_architecture_details: { k: hasK ? k : null },
  });
  await rename(next, folders.bundle(run));
}
