import { join, resolve } from "node:path";
import type { z } from "zod";
import { hashFile } from "../../bundle/hash.ts";
import {
  type Evaluation,
  evaluation,
  experiments,
  type Sections,
  slug,
} from "../../bundle/index.ts";
import { readJson } from "../../bundle/json-files.ts";
import { addSection } from "../../experiments/add-section.ts";
import { finetuneConfig, finetuneFigures } from "../../experiments/finetune.ts";
import { computeConfig, runConfig, stages } from "../config.ts";
import { dashboardStage } from "../dashboard.ts";
import { type Derivation, readDerivation, writeDerivation } from "../derived.ts";
import { evaluateStage } from "../evaluate.ts";
import { checkConfig } from "../flags.ts";
import { lockAll, openRun } from "../run-folder.ts";
import { doStage, folders } from "../stage-verb.ts";
import type { Context, Outcome, Verb } from "../verb.ts";
import { ofSchema } from "./experiment-verb.ts";
import { type Finetuned, makeFinetuned } from "./make-finetuned.ts";
import { inSealedRuns, type SealedRun } from "./sealed-runs.ts";

type FinetuneSection = NonNullable<Sections["finetune"]>;

const config = finetuneConfig.extend({
  name: slug
    .nullable()
    .default(null)
    .describe("name of the bundle; null: that of RUN_DIR, of which it is another revision"),
});
export type FinetuneConfig = z.output<typeof config>;

export const finetune: Verb = {
  words: "RUN_DIR NEW_DIR",
  summary:
    "Trains the decoder of a dictionary anew, or a scale per feature, while its encoder and so its features stay; NEW_DIR becomes a run folder with the new dictionary, and names RUN_DIR's as its parent.",
  flags: { [experiments.finetune.title]: config, Machine: computeConfig },
  run: ([dir, newDir], given, context) => {
    const settings = checkConfig(config, ofSchema(config, given));
    return inSealedRuns([dir], ofSchema(computeConfig, given), async ([parent]) => {
      const release = lockAll([newDir]);
      try {
        return await finetuneInto(newDir, parent, settings, context);
      } finally {
        release();
      }
    });
  },
};

async function finetuneInto(
  dir: string,
  parent: SealedRun,
  settings: FinetuneConfig,
  context: Context,
): Promise<Outcome> {
  const derived = await begun(dir, parent, settings);
  const cache = resolve(parent.run.cache);
  const asRun = { ...parent.run.config, cache, name: settings.name ?? parent.manifest.name };
  const run = openRun(runConfig, stages, dir, asRun, [resolve(dir), cache]); // locked above
  const isMade = derived.found !== null && run.isDone("train");
  const found = isMade
    ? (derived.found as Finetuned)
    : await makeFinetuned(dir, parent, settings, context, (found) =>
        writeDerivation(dir, { ...derived, found }),
      );
  for (const stage of [evaluateStage, dashboardStage]) await doStage(stage, run, context);
  const bundle = folders.bundle(run);
  const measured = await readJson(join(bundle, "evaluation.json"), evaluation);
  const section: FinetuneSection = {
    formula_version: experiments.finetune.formula_version,
    seed: parent.run.config.seed,
    tokens: measured.metrics.l0.tokens,
    config: settings,
    what: settings.what,
    parent: {
      name: parent.manifest.name,
      manifest_sha256: derived.parent ?? "",
      weights_sha256: parent.manifest.files["sae_weights.safetensors"]?.sha256 ?? "",
    },
    before: finetuneFigures(parent.evaluation),
    after: finetuneFigures(measured),
    ...found,
  };
  if (!isThere(measured, section)) {
    context.signal.throwIfAborted();
    await addSection(bundle, "finetune", { section });
  }
  return { text: textOf(section), data: { bundle, experiment: "finetune", section } };
}

/** What the folder says that it is made of, once it does; other settings or another parent are refused. */
async function begun(
  dir: string,
  parent: SealedRun,
  settings: FinetuneConfig,
): Promise<Derivation> {
  const asked = { verb: "finetune" as const, from: [resolve(parent.dir)], settings };
  const before = readDerivation(dir, asked);
  if (before?.found) return before;
  const { sha256 } = await hashFile(join(parent.bundle, "manifest.json"));
  const derived = { ...asked, parent: sha256, found: null };
  writeDerivation(dir, derived);
  return derived;
}

function isThere({ experiments: there }: Evaluation, section: FinetuneSection): boolean {
  const inOrder = experiments.finetune.section.parse(section);
  return JSON.stringify(there.finetune) === JSON.stringify(inOrder);
}

function textOf({ what, before, after, scale, fitted_tokens }: FinetuneSection): string {
  const names = Object.keys(before) as (keyof typeof before)[];
  const rows = names.map((name) =>
    [
      name.padEnd(20),
      before[name].toFixed(4).padStart(10),
      after[name].toFixed(4).padStart(10),
    ].join(""),
  );
  const { p10, p50, p90 } = scale;
  const spread = [p10, p50, p90].map((value) => value.toFixed(3)).join(", ");
  return [
    `${what}, fitted to ${fitted_tokens} tokens${" ".repeat(4)}before → after`,
    ...rows,
    `scale of the features (10th, 50th, 90th percentile): ${spread}`,
  ].join("\n");
}
