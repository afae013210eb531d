import { join } from "node:path";
import {
  type Evaluation,
  evaluation,
  experiments,
  type MetricName,
  metrics,
  type Sections,
} from "../bundle/index.ts";
import { writeJson } from "../bundle/json-files.ts";
import type { Sae } from "../sae/sae.ts";
import { rowNorms } from "../tensor/row-norms.ts";
import { writeSafetensors } from "../tensor/safetensors.ts";
import type { TokenFile } from "../text/token-file.ts";
import { describeCeDiff } from "./ce-diff.ts";
import { type DatapointsConfig, datapointsConfig, type EvaluateConfig } from "./config.ts";
import { type Measurable, type Measured, type MeasureInput, measureTogether } from "./measure.ts";
import { writeDatapoints } from "./write-datapoints.ts";

/** What is the same for all that is evaluated together. */
export type EvaluateInput = Omit<MeasureInput, "n_contexts"> & {
  /** contexts [0, held_out_contexts) of the token file were not trained on */
  held_out_contexts: number;
};

export type Evaluable = Omit<Measurable, "datapoints" | "decoder_norms"> & {
  sae: Sae;
  /** the bundle's folder */
  dir: string;
};

/**
 * Measures SAEs of the same hook on held-out text and writes sparsity.safetensors, the tables of
 * datapoints and, last, evaluation.json into the bundle of each.
 */
export async function evaluateTogether(
  config: EvaluateConfig,
  input: EvaluateInput,
  evaluables: Evaluable[],
): Promise<Evaluation[]> {
  const { tokens, held_out_contexts } = input;
  const n_contexts = contextsToMeasure(config, { ...tokens, held_out_contexts });
  const datapoints = datapointsConfig.parse(config);
  const measurables = evaluables.map((one) => ({
    ...one,
    datapoints,
    decoder_norms: rowNorms(one.sae.W_dec),
  }));
  const measured = await measureTogether({ ...input, n_contexts }, measurables);
  const evaluations: Evaluation[] = [];
  for (const [i, { sae, seed, dir }] of evaluables.entries()) {
    const result: Evaluation = evaluation.parse({
      metrics: toMetrics(measured[i]),
      contexts: [0, n_contexts],
      context_size: tokens.context_size,
      seed,
      density_histogram: measured[i].sparsity.densityHistogram,
      experiments: { ce_diff: ceDiffSection(measured[i], datapoints, seed) },
    });
    await writeEvaluation(dir, sae, measured[i], result);
    evaluations.push(result);
  }
  return evaluations;
}

/** So many held-out contexts hold the tokens that are asked for. */
export function contextsToMeasure(
  { eval_tokens }: Pick<EvaluateConfig, "eval_tokens">,
  { held_out_contexts, context_size }: Pick<TokenFile, "held_out_contexts" | "context_size">,
): number {
  return Math.min(held_out_contexts, Math.ceil((eval_tokens ?? Infinity) / context_size));
}

/** What `evaluateTogether` does, for one alone. */
export async function evaluate(
  config: EvaluateConfig,
  input: EvaluateInput & Evaluable,
): Promise<Evaluation> {
  const [made] = await evaluateTogether(config, input, [input]);
  return made;
}

async function writeEvaluation(
  dir: string,
  sae: Sae,
  { sparsity, collected }: Measured,
  result: Evaluation,
): Promise<void> {
  writeSafetensors(join(dir, "sparsity.safetensors"), {
    sparsity: { shape: [sae.config.d_sae], data: sparsity.log10Density },
  });
  await writeDatapoints(dir, collected);
  await writeJson(join(dir, "evaluation.json"), result);
}

/** What the same pass says of CE-diff; `trainer ce-diff` makes it anew with other settings. */
function ceDiffSection(
  { collected }: Measured,
  config: DatapointsConfig,
  seed: number,
): Sections["ce_diff"] {
  const { formula_version } = experiments.ce_diff;
  return { formula_version, seed, config: { ...config, seed }, ...describeCeDiff(collected) };
}

function toMetrics({ fvu, reconstruction, sparsity, losses }: Measured): Evaluation["metrics"] {
  const overTokens = {
    l0: sparsity.l0,
    l1: sparsity.l1,
    mse: reconstruction.mse,
    fvu: fvu.value,
    norm_x: reconstruction.norm_x,
    norm_x_hat: reconstruction.norm_x_hat,
    l2_ratio: reconstruction.l2_ratio,
    cosine: reconstruction.cosine,
    dead_fraction: sparsity.dead_fraction,
  };
  const overNextTokens = {
    ce_clean: losses.ce_clean,
    ce_sae: losses.ce_sae,
    ce_zero: losses.ce_zero,
    ce_diff: losses.ce_diff,
    ce_loss_recovered: losses.ce_loss_recovered,
    kl_sae: losses.kl_sae,
  };
  const values: Record<MetricName, number> = { ...overTokens, ...overNextTokens };
  const names = Object.keys(metrics) as MetricName[];
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        value: values[name],
        formula_version: metrics[name].formula_version,
        tokens: name in overTokens ? sparsity.tokens : losses.tokens,
      },
    ]),
  ) as Evaluation["metrics"];
}
