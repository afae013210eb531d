import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeTable } from "../bundle/files.ts";
import { type Evaluation, evaluation, type MetricName, metrics, tables } from "../bundle/index.ts";
import type { Sae } from "../sae/sae.ts";
import { rowNorms } from "../tensor/row-norms.ts";
import { writeSafetensors } from "../tensor/safetensors.ts";
import type { EvaluateConfig } from "./config.ts";
import { type MeasureInput, measure } from "./measure.ts";

export type EvaluateInput = Omit<MeasureInput, "n_contexts" | "datapoints" | "decoder_norms"> & {
  sae: Sae;
  /** contexts [0, held_out_contexts) of the token file were not trained on */
  held_out_contexts: number;
  /** the bundle's folder */
  dir: string;
};

/**
 * Measures an SAE on held-out text and writes sparsity.safetensors, datapoints.parquet and, last,
 * evaluation.json into the bundle.
 */
export async function evaluate(config: EvaluateConfig, input: EvaluateInput): Promise<Evaluation> {
  const { sae, tokens, held_out_contexts, dir, seed } = input;
  const asked = Math.ceil((config.eval_tokens ?? Infinity) / tokens.context_size);
  const n_contexts = Math.min(held_out_contexts, asked);
  const measured = await measure({
    ...input,
    n_contexts,
    datapoints: config.datapoints,
    decoder_norms: rowNorms(sae.W_dec),
  });
  const { sparsity, datapoints } = measured;
  const result: Evaluation = evaluation.parse({
    metrics: toMetrics(measured),
    contexts: [0, n_contexts],
    context_size: tokens.context_size,
    seed,
    density_histogram: sparsity.densityHistogram,
  });
  writeSafetensors(join(dir, "sparsity.safetensors"), {
    sparsity: { shape: [sae.config.d_sae], data: sparsity.log10Density },
  });
  await writeTable(join(dir, tables.datapoints.file), tables.datapoints, datapoints);
  const path = join(dir, "evaluation.json");
  await writeFile(`${path}.tmp`, `${JSON.stringify(result, null, 2)}\n`);
  await rename(`${path}.tmp`, path);
  return result;
}

function toMetrics({
  fvu,
  reconstruction,
  sparsity,
  losses,
}: Awaited<ReturnType<typeof measure>>): Evaluation["metrics"] {
  const overTokens = {
    l0: sparsity.l0,
    l1: sparsity.l1,
    mse: reconstruction.mse,
    fvu: fvu.value,
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
