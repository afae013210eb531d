import { join, resolve } from "node:path";
import type { z } from "zod";
import {
  type Evaluation,
  evaluation,
  experiments,
  metrics,
  type Sections,
  slug,
  UsageError,
} from "../../bundle/index.ts";
import { readJson } from "../../bundle/json-files.ts";
import { addSection } from "../../experiments/add-section.ts";
import {
  betterOf,
  nearestCosines,
  orthogonalityConfig,
  orthogonalityFigures,
} from "../../experiments/orthogonality.ts";
import { loadSae } from "../../sae/files.ts";
import { computeConfig, runConfig, stages, threadsOf } from "../config.ts";
import { dashboardStage } from "../dashboard.ts";
import { evaluateStage } from "../evaluate.ts";
import { checkConfig } from "../flags.ts";
import { reported } from "../report/live-run.ts";
import { openRun } from "../run-folder.ts";
import { doStage, folders, type TrainerRun } from "../stage-verb.ts";
import { trainStage } from "../train.ts";
import type { Context, Outcome, Verb } from "../verb.ts";
import { ofSchema } from "./experiment-verb.ts";
import { inSealedRuns, type SealedRun } from "./sealed-runs.ts";
import { namedDictionary } from "./swept.ts";

type Section = NonNullable<Sections["orthogonality"]>;
type Settings = z.output<typeof orthogonalityConfig>;

const { title, formula_version } = experiments.orthogonality;
const named = orthogonalityConfig.extend({
  name: slug
    .nullable()
    .default(null)
    .describe("name of the bundle; null: that of RUN_DIR's, with the penalty"),
});

export const orthogonality: Verb = {
  words: "RUN_DIR NEW_DIR",
  summary:
    "Trains RUN_DIR's dictionary once more in NEW_DIR, from the same start on the same batches, with a penalty on the cosines between decoder rows, measures it, and compares the two in NEW_DIR/bundle/evaluation.json. What is done already is not done again; what was broken off goes on.",
  flags: { [title]: named, Machine: computeConfig },
  run: ([dir, newDir], given, context) => {
    const { name, ...settings } = checkConfig(named, ofSchema(named, given));
    if (resolve(dir) === resolve(newDir))
      throw new UsageError(`${newDir}: given twice (expected a new folder)`);
    return inSealedRuns([dir], ofSchema(computeConfig, given), async ([reference]) => {
      refusePenalised(reference);
      const run = openApart(newDir, reference, settings, name);
      try {
        return await reported(run, context, async (context) => {
          for (const stage of [trainStage, evaluateStage, dashboardStage])
            await doStage(stage, run, context);
          return compared(run, reference, settings, context);
        });
      } finally {
        run.release();
      }
    });
  },
};

function refusePenalised({ dir, run: { config } }: SealedRun): void {
  const { orthogonality_coefficient: found } = config;
  if (found !== 0)
    throw new UsageError(
      `${dir}: was trained with orthogonality_coefficient ${found} itself (expected 0)`,
    );
}

/** A run folder on the same tokens and activations, whose settings differ in the penalty and the name alone. */
function openApart(
  dir: string,
  { run, manifest }: SealedRun,
  settings: Settings,
  name: string | null,
) {
  const { orthogonality: kind, orthogonality_coefficient } = settings;
  const cache = resolve(run.cache);
  const own = name ?? `${manifest.name}-orthogonal-${kind}-${orthogonality_coefficient}`;
  const config = { ...run.config, ...settings, cache, name: own.toLowerCase() };
  return openRun(runConfig, stages, dir, config, [cache]); // which is RUN_DIR's, and taken
}

async function compared(
  run: TrainerRun,
  reference: SealedRun,
  config: Settings,
  context: Context,
): Promise<Outcome> {
  const bundle = folders.bundle(run);
  const measured = await readJson(join(bundle, "evaluation.json"), evaluation);
  const threads = threadsOf(run.config);
  const figures = async (dir: string, measured: Evaluation) =>
    orthogonalityFigures(measured, await nearestCosines((await loadSae(dir)).W_dec, threads));
  const both = {
    without: await figures(reference.bundle, reference.evaluation),
    with: await figures(bundle, measured),
  };
  const section: Section = {
    formula_version,
    seed: run.config.seed,
    tokens: measured.metrics.l0.tokens,
    config,
    hook_name: run.config.hook_name,
    reference: namedDictionary(reference),
    ...both,
    better: betterOf(both),
  };
  context.signal.throwIfAborted();
  if (JSON.stringify(measured.experiments.orthogonality) !== JSON.stringify(section))
    await addSection(bundle, "orthogonality", { section });
  const data = { bundle, experiment: "orthogonality", section };
  return { text: textOf(section), data };
}

function textOf({ without, with: apart, better }: Section): string {
  const row = (title: string, a: number, b: number, digits: number) =>
    [title.padEnd(28), ...[a, b].map((value) => value.toFixed(digits).padStart(10))].join("");
  const names = ["l0", "fvu", "ce_loss_recovered", "dead_fraction"] as const;
  const said = {
    with: "better with the penalty",
    without: "better without",
    neither: "neither is better",
  };
  return [
    ["".padEnd(28), "without".padStart(10), "with".padStart(10)].join(""),
    ...names.map((name) =>
      row(metrics[name].title, without[name], apart[name], metrics[name].digits),
    ),
    row("mean |cos| of the nearest", without.mean_nearest, apart.mean_nearest, 4),
    ...without.nearer.map(({ than, features }, i) =>
      row(`nearer than ${than}`, features, apart.nearer[i]?.features ?? 0, 4),
    ),
    `at equal L0: ${better === null ? "not to be said, as L0 differs" : said[better]}`,
  ].join("\n");
}
