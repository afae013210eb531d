import { join, resolve } from "node:path";
import { type ImportProvenance, manifest, type SaidReading } from "../bundle/index.ts";
import { readJson } from "../bundle/json-files.ts";
import { runConfig, stages } from "./config.ts";
import { dashboardStage } from "./dashboard.ts";
import { evaluateStage } from "./evaluate.ts";
import { ofSchema } from "./experiments/experiment-verb.ts";
import { checkConfig } from "./flags.ts";
import { beginImport, foundBefore, type ImportTask } from "./import/begin.ts";
import { importConfig, importFlags, readingFlags, runFlags } from "./import/config.ts";
import {
  checkImport,
  Misread,
  refuseOtherModel,
  runSettings,
  writeUnchecked,
} from "./import/make.ts";
import { type Source, withSource } from "./import/source.ts";
import { reported } from "./report/live-run.ts";
import { lockAll, openRun } from "./run-folder.ts";
import { doStage, folders, refuseSweep, type TrainerRun } from "./stage-verb.ts";
import { tokenizeStage } from "./tokenize.ts";
import type { Context, Outcome, Verb } from "./verb.ts";

export const importVerb: Verb = {
  words: "INPUT RUN_DIR",
  summary:
    "Makes a bundle in RUN_DIR, as trainer run does of text, of a dictionary (a sparse autoencoder or transcoder) that another system made: its numbers are read as the files and the flags say, that reading is compared with others on the model's own activations, and refused when another one fits better; then the dictionary is measured, described and sealed. INPUT is a folder, an archive or a file, or ORG/NAME[@REVISION][:path/within] on a model hub; trainer inspect says what is there. What was broken off goes on by the same command. (trainer import-model is for language models.)",
  flags: importFlags,
  async run([input, dir], given, context) {
    const settings = checkConfig(importConfig, ofSchema(importConfig, given));
    const said = checkConfig(readingFlags, ofSchema(readingFlags, given)) as SaidReading;
    const run = ofSchema(runFlags, given);
    refuseSweep(dir);
    const release = lockAll([dir]);
    try {
      const task = beginImport(input, { dir, settings, said, run });
      return await (settings.weights_only ? importWeights : importWhole)(task, context);
    } finally {
      release();
    }
  },
};

async function importWeights(task: ImportTask, context: Context): Promise<Outcome> {
  const before = foundBefore(task);
  if (before) return weightsOutcome(task, before.import);
  return withSource(task, context, async (source) => {
    const run = openTask(task, runSettings(task, source));
    try {
      return weightsOutcome(task, await writeUnchecked(run, task, source));
    } finally {
      run.release();
    }
  });
}

function weightsOutcome({ dir }: ImportTask, provenance: ImportProvenance): Outcome {
  const bundle = join(dir, "bundle");
  const state = provenance.check
    ? provenance.check.says
    : "UNCHECKED: how its numbers are read was compared with nothing; where the model is, the same command without --weights_only does it";
  const lines = [`${bundle}: cfg.json, sae_weights.safetensors`, state, ...provenance.notes];
  return { text: lines.join("\n"), data: { dir: bundle, import: provenance } };
}

async function importWhole(task: ImportTask, context: Context): Promise<Outcome> {
  if (foundBefore(task)?.is_decided) return finish(openTask(task, task.run), task, null, context);
  return withSource(task, context, (source) =>
    finish(openTask(task, runSettings(task, source)), task, source, context),
  );
}

function openTask({ dir }: ImportTask, settings: Record<string, unknown>): TrainerRun {
  return openRun(runConfig, stages, dir, settings, [resolve(dir)]); // which the verb holds
}

/** From text to bundle; `source`: of what is not decided yet. */
async function finish(
  run: TrainerRun,
  task: ImportTask,
  source: Source | null,
  context: Context,
): Promise<Outcome> {
  try {
    return await reported(run, context, async (context) => {
      if (source) await refuseOtherModel(run, source, context);
      await doStage(tokenizeStage, run, context);
      if (source) await checkImport(run, task, source, context);
      for (const stage of [evaluateStage, dashboardStage]) await doStage(stage, run, context);
      const { text, data } = await dashboardStage.outcome(run);
      const next = `npx trainer upload ${folders.bundle(run)} --to http://127.0.0.1:3000`;
      const sealed = await readJson(join(folders.bundle(run), "manifest.json"), manifest);
      const { import: imported } = sealed.provenance; // with the pages that were taken over
      return { text: `${text}\n\nTo see it: ${next}`, data: { ...data, import: imported } };
    });
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    const { message, provenance } = error;
    return {
      text: `refused: ${message}`,
      data: { dir: task.dir, import: provenance },
      failed: true,
    };
  } finally {
    run.release();
  }
}
