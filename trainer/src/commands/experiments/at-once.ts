import { join, resolve } from "node:path";
import { saelensCfg } from "../../bundle/cfg.ts";
import { hashFile } from "../../bundle/hash.ts";
import { type Evaluation, evaluation, type Sections, UsageError } from "../../bundle/index.ts";
import { readJson } from "../../bundle/json-files.ts";
import { atEqualL0 } from "../../experiments/stack.ts";
import { type RunConfig, runConfig, stages } from "../config.ts";
import { evaluateStage } from "../evaluate.ts";
import { dictionaryName } from "../name.ts";
import { openRun } from "../run-folder.ts";
import { doStage, folders, type TrainerRun } from "../stage-verb.ts";
import { trainStage } from "../train.ts";
import type { Context } from "../verb.ts";
import { inSealedRuns } from "./sealed-runs.ts";
import type { StackConfig } from "./stack-config.ts";

export type AtOnce = NonNullable<Sections["stacking"]>["at_once"][number];

export function figuresOf({ metrics }: Pick<Evaluation, "metrics">) {
  const { l0, fvu, ce_diff, ce_loss_recovered } = metrics;
  return {
    l0: l0.value,
    fvu: fvu.value,
    ce_diff: ce_diff.value,
    ce_loss_recovered: ce_loss_recovered.value,
  };
}

/** The figures of the dictionaries that the stack is to be compared with. */
export async function measuredAgainst(
  { against, hook_name, model }: StackConfig,
  { say }: Context,
): Promise<AtOnce[]> {
  if (against.length === 0) return [];
  return inSealedRuns(against, {}, async (runs) =>
    runs.map(({ dir, run, manifest, evaluation }) => {
      const { config } = run;
      for (const [what, found, expected] of [
        ["hook", manifest.sae.hook_name, hook_name],
        ["model", config.model, model],
      ])
        if (found !== expected)
          throw new UsageError(
            `${dir}: another ${what} than the stack: ${found} (expected ${expected})`,
          );
      say(`stack: compared with ${manifest.name}`);
      return {
        name: manifest.name,
        weights_sha256: manifest.files["sae_weights.safetensors"]?.sha256 ?? "",
        features: manifest.sae.d_sae,
        train_tokens: config.train_tokens,
        ...figuresOf(evaluation),
      };
    }),
  );
}

/** How far beyond the L0 of the stack the next dictionary aims, so that two have it between them. */
const BEYOND = 1.15;

/** Dictionaries that are trained at most to have the L0 of the stack between them. */
const MOST = 4;

/**
 * Trains as many features at once on as many tokens. Of k the sum is the stack's; of a penalty's weight the first
 * dictionary has the least of the stages', and others are led just beyond the L0 of the stack, to
 * which the weight is about inversely proportional, until it lies between two.
 */
export async function trainAtOnce(
  stack: TrainerRun,
  l0: number,
  setting: "k" | "l1_coefficient" | "l0_coefficient",
  context: Context,
): Promise<AtOnce[]> {
  const made: AtOnce[] = [];
  let value = stack.config[setting];
  for (let n = 1; n <= (setting === "k" ? 1 : MOST); n++) {
    const one = await trainOne(stack, n, { [setting]: value }, context);
    made.push(one);
    if (atEqualL0(l0, made)) break;
    const ratio = one.l0 / l0;
    value = Number((value * ratio * (ratio > 1 ? BEYOND : 1 / BEYOND)).toPrecision(3));
  }
  return made;
}

async function trainOne(
  stack: TrainerRun,
  n: number,
  sparsity: Partial<RunConfig>,
  context: Context,
): Promise<AtOnce> {
  const dir = join(stack.dir, `at-once-${n}`);
  const cache = resolve(stack.cache);
  const config = { ...stack.config, ...sparsity, name: null, cache };
  const run = openRun(runConfig, stages, dir, config, [cache]);
  try {
    for (const stage of [trainStage, evaluateStage]) await doStage(stage, run, context);
    const bundle = folders.bundle(run);
    const measured = await readJson(join(bundle, "evaluation.json"), evaluation);
    const weights = await hashFile(join(bundle, "sae_weights.safetensors"));
    const { d_in } = await readJson(join(bundle, "cfg.json"), saelensCfg);
    return {
      name: dictionaryName(run.config, d_in),
      weights_sha256: weights.sha256,
      features: run.config.d_sae,
      train_tokens: run.config.train_tokens,
      ...figuresOf(measured),
    };
  } finally {
    run.release();
  }
}
