import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hooksOf } from "../activations/config.ts";
import { saelensCfg } from "../bundle/cfg.ts";
import { type Manifest, manifest } from "../bundle/index.ts";
import { readJson } from "../bundle/json-files.ts";
import type { ModelSource } from "../text/model-source.ts";
import { groups, type RunConfig, sharedSettings, threadsOf } from "./config.ts";
import { derivedSettings, type ImportFound, importOf, readDerivation } from "./derived.ts";
import { keptBatches } from "./import/batches.ts";
import { importedSettings } from "./import/config.ts";
import { dictionaryName, importedName } from "./name.ts";
import type { Parts } from "./opened.ts";
import { folders, type StageWork, stageVerb, type TrainerRun } from "./stage-verb.ts";
import { manifestSummary } from "./summary.ts";
import type { Context } from "./verb.ts";
import { trainerVersion } from "./version.ts";

export const dashboardStage: StageWork = {
  name: "dashboard",
  async work(run, context) {
    const { opened } = await import("./opened.ts");
    await opened(run, context, (parts, source) => describeSae(run, parts, source, context));
  },
  async outcome(run) {
    const dir = folders.bundle(run);
    const made: Manifest = manifest.parse(
      JSON.parse(await readFile(join(dir, "manifest.json"), "utf8")),
    );
    const text = `${dir}\n\n${manifestSummary(made)}`;
    return { text, data: { dir, model_id: made.model_id, name: made.name, metrics: made.metrics } };
  },
};

export const dashboard = stageVerb(
  dashboardStage,
  "Describes every feature by its top examples, histograms and logits, and seals the bundle with its manifest.",
  groups.dashboard,
);

/** Writes a run's dashboard and seals its bundle. */
export async function describeSae(
  run: TrainerRun,
  { model, tokens, ...parts }: Parts,
  source: ModelSource,
  { report, signal }: Pick<Context, "report" | "signal">,
): Promise<void> {
  const { config } = run;
  const { hook_name, seed } = config;
  const { n_layers, d_model, d_vocab } = model.config;
  const { files: _files, ...corpus } = tokens.header.corpus;
  const derived = readDerivation(run.dir);
  const imported = importOf(derived);
  const input = {
    ...parts,
    model,
    tokens,
    hook_name,
    seed,
    threads: threadsOf(config),
    dir: folders.bundle(run),
    tokenizer: join(source.dir, "tokenizer.json"),
    manifest: {
      model_id: source.id,
      name: config.name ?? nameOf(config, parts.sae.config.d_in, imported),
      provenance: {
        trainer_version: trainerVersion(),
        engine: await engines(run, model.engine),
        seed,
        config: imported
          ? importedSettings(config)
          : { ...sharedSettings(config), ...(derived && derivedSettings(derived)) },
        model: {
          id: source.id,
          source: source.source,
          commit: source.commit,
          weights_sha256: model.weights_sha256,
          n_layers,
          d_model,
          d_vocab,
        },
        corpus,
        tokenizer_sha256: tokens.header.tokenizer_sha256,
        parent: derived?.parent ?? null,
        import: imported?.import ?? null,
      },
    },
    report,
    signal,
  };
  const batches = imported && (await keptBatches(run.dir));
  if (batches) {
    const { importDashboard } = await import("../importers/dashboards/import-dashboard.ts");
    await importDashboard(config, batches, input);
  } else {
    const { dashboard } = await import("../dashboard/dashboard.ts");
    await dashboard(config, input);
  }
}

function nameOf(config: RunConfig, d_in: number, imported: ImportFound | null): string {
  return imported
    ? importedName(config, d_in, imported.import.format)
    : dictionaryName(config, d_in);
}

/** What computed the numbers of a bundle: the model at its harvest and now, the autoencoder at its training and now. */
async function engines(run: TrainerRun, modelEngine: string): Promise<string> {
  const { readHeader } = await import("../activations/open-activations.ts");
  const { kernelName } = await import("../sae/kernel/kernel.ts");
  const { metadata } = await readJson(join(folders.bundle(run), "cfg.json"), saelensCfg);
  const dir = folders.activations(run);
  const hooks = run.isDone("harvest") ? hooksOf(run.config) : []; // an import needs none
  const headers = await Promise.all(hooks.map((name) => readHeader(dir, name)));
  const harvesting = headers.map(({ engine }) => engine);
  const kernel = kernelName(run.config.sae_kernel);
  const ofModel = new Set([...harvesting, modelEngine]);
  const ofSae = new Set([metadata.training_engine ?? kernel, kernel]);
  return [ofModel, ofSae].map((names) => [...names].join(", ")).join(" and ");
}
