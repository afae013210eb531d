import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sealBundle, writeTable } from "../../bundle/files.ts";
import {
  type ExampleRecord,
  type FeatureRecord,
  type ImportedDashboards,
  type Manifest,
  tables,
} from "../../bundle/index.ts";
import type { DashboardConfig } from "../../dashboard/config.ts";
import type { DashboardInput } from "../../dashboard/dashboard.ts";
import { describeGeometry } from "../../dashboard/geometry.ts";
import { writeContexts } from "../../dashboard/write-contexts.ts";
import type { Model } from "../../model/model.ts";
import { rowNorms } from "../../tensor/row-norms.ts";
import type { InputFile } from "../foreign.ts";
import { type DashboardFeature, readBatch } from "./batch.ts";
import { ImportedContexts } from "./imported-contexts.ts";
import { compareWithModel } from "./on-the-model.ts";
import { spellingOf } from "./spelling.ts";
import { survey } from "./survey.ts";
import { type DashboardFigures, examplesOf, figuresOf } from "./to-records.ts";

type Input = Omit<DashboardInput, "model"> & { model: Model };

/**
 * Writes what the features' pages show as SAEDashboard's batches say it, in place of computing it, and seals the
 * bundle; what they lack (norms, cosines, neighbours, places) comes of the weights. The batches are read twice, a
 * file at a time.
 */
export async function importDashboard(
  config: DashboardConfig,
  batches: InputFile[],
  input: Input,
): Promise<Manifest> {
  const { sae, model, encoder, hook_name, tokens, dir, seed, threads, signal } = input;
  const { d_sae } = sae.config;
  const found = await survey(batches, d_sae, signal);
  const spelling = spellingOf(found.spelled, JSON.parse(await readFile(input.tokenizer, "utf8")));
  const idOf = (token: string) => spelling.idOf(token) as number; // a text has no ids beyond the tokenizer's
  const norms = rowNorms(sae.W_dec);
  const parts = { model, encoder, hook_name, norms };
  const { by_norm, note } = await compareWithModel(found.samples, idOf, parts);
  const report = (done: number) =>
    input.report?.({ stage: "dashboard", done, total: 2 * d_sae, unit: "features" });

  const dashboard_tokens = found.n_prompts_total * found.n_tokens_in_prompt;
  const contexts = new ImportedContexts(tokens.n_contexts);
  const figures: DashboardFigures[] = [];
  const left = { silent: 0, uncounted: 0 };
  function* examples(): Generator<ExampleRecord> {
    for (const written of featuresOf(batches, found.fileOf)) {
      signal?.throwIfAborted();
      const feature = by_norm ? scaled(written, 1 / norms[written.feature_index]) : written;
      const figure = figuresOf(feature, found, spelling);
      const shown = examplesOf(feature, figure, found.contains);
      left.silent += feature.activations.length - shown.length;
      if (figure.density !== figure.n_active / dashboard_tokens) left.uncounted++;
      figures.push(figure);
      report(figures.length);
      for (const { tokens, ...example } of shown)
        yield { ...example, window_start: 0, context: contexts.add(Int32Array.from(tokens, idOf)) };
    }
  }
  await writeTable(join(dir, tables.examples.file), tables.examples, examples());
  await writeContexts(dir, tokens, new Set(), contexts.rows());
  const geometry = await describeGeometry(sae, null, config, {
    seed,
    threads,
    report: (part, share) => {
      signal?.throwIfAborted();
      report(Math.round(d_sae * (1 + (part === "layout" ? 1 + share : share) / 2)));
    },
  });
  const features = geometry.map(
    (fromWeights, index): FeatureRecord => ({ ...fromWeights, index, ...figures[index] }),
  );
  await writeTable(join(dir, tables.features.file), tables.features, features);
  await copyFile(input.tokenizer, join(dir, "tokenizer.json"));
  const { files, n_prompts_total, n_tokens_in_prompt, dataset } = found;
  const dashboards: ImportedDashboards = {
    ...{ files, n_prompts_total, n_tokens_in_prompt, dataset },
    notes: [note, ...spelling.notes, ...notesOf(left, found.contains)],
  };
  const { provenance, ...about } = input.manifest;
  return sealBundle(dir, {
    ...about,
    provenance: {
      ...provenance,
      import: provenance.import && { ...provenance.import, dashboards },
      token_policy: input.policy,
      dashboard_tokens,
    },
  });
}

/** All features in order, a file in memory at a time. */
function* featuresOf(batches: InputFile[], fileOf: Int32Array): Generator<DashboardFeature> {
  let open = -1;
  let features = new Map<number, DashboardFeature>();
  for (const [index, file] of fileOf.entries()) {
    if (file !== open)
      features = new Map(readBatch(batches[file]).map((one) => [one.feature_index, one]));
    open = file;
    yield features.get(index) as DashboardFeature;
  }
}

/** The same with activations times `by`, and effects on logits over it. */
function scaled(feature: DashboardFeature, by: number): DashboardFeature {
  const times = (values: number[], factor: number) => values.map((value) => value * factor);
  return {
    ...feature,
    freq_hist_data_bar_values: times(feature.freq_hist_data_bar_values, by),
    logits_hist_data_bar_values: times(feature.logits_hist_data_bar_values, 1 / by),
    pos_values: times(feature.pos_values, 1 / by),
    neg_values: times(feature.neg_values, 1 / by),
    activations: feature.activations.map((one) => ({
      ...one,
      bin_min: one.bin_min === -1 ? -1 : one.bin_min * by,
      bin_max: one.bin_max * by,
      values: times(one.values, by),
    })),
  };
}

function notesOf(
  { silent, uncounted }: { silent: number; uncounted: number },
  contains: "tokens" | "activations",
): string[] {
  return [
    ...(silent > 0
      ? [
          `dashboards: ${silent} examples at tokens on which their feature does not fire are left out`,
        ]
      : []),
    ...(uncounted > 0
      ? [
          `dashboards: of ${uncounted} features the bars do not add up to the density that is written, which is taken`,
        ]
      : []),
    ...(contains === "tokens"
      ? ["dashboards: bin_contains are shares of all tokens; they are divided by the density"]
      : []),
  ];
}
