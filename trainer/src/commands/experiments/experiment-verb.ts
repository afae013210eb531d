import type { z } from "zod";
import { type ExperimentName, experiments, type Sections } from "../../bundle/index.ts";
import { addSection, type Found } from "../../experiments/add-section.ts";
import { computeConfig } from "../config.ts";
import { checkConfig } from "../flags.ts";
import type { Context, Outcome, Verb } from "../verb.ts";
import { inSealedRuns, type SealedRun } from "./sealed-runs.ts";

type Section<Name extends ExperimentName> = NonNullable<Sections[Name]>;

/** What an experiment on one run measures, but for what `experimentVerb` adds itself. */
export type Measured<Name extends ExperimentName> = Omit<Found<Name>, "section"> & {
  section: Omit<Section<Name>, "formula_version" | "config">;
};

export type ExperimentOnOne<Name extends ExperimentName, Config extends z.ZodObject> = {
  name: Name;
  summary: string;
  /** its settings: flags, and the section's `config` */
  config: Config;
  measure(run: SealedRun, config: z.output<Config>, context: Context): Promise<Measured<Name>>;
  /** what was found, for people */
  text(section: Section<Name>): string;
};

/** The verb of an experiment on one run: it adds its section to the run's bundle, unless it is there already. */
export function experimentVerb<Name extends ExperimentName, Config extends z.ZodObject>(
  experiment: ExperimentOnOne<Name, Config>,
): Verb {
  const { name, config: schema } = experiment;
  const { title, formula_version } = experiments[name];
  return {
    words: "RUN_DIR",
    summary: `${experiment.summary} The result goes into RUN_DIR/bundle/evaluation.json.`,
    flags: { [title]: schema, Machine: computeConfig },
    run: ([dir], given, context) => {
      const config = checkConfig(schema, ofSchema(schema, given));
      return inSealedRuns([dir], ofSchema(computeConfig, given), async ([run]) => {
        const before = run.evaluation.experiments[name] as Section<Name> | undefined;
        if (before && isSame(before, config, formula_version)) {
          context.say(`${name}: done before`);
          return outcomeOf(run, before);
        }
        const { section, ...rest } = await experiment.measure(run, config, context);
        const whole = { formula_version, config, ...section } as unknown as Section<Name>;
        context.signal.throwIfAborted();
        await addSection(run.bundle, name, { section: whole, ...rest });
        return outcomeOf(run, whole);
      });
    },
  };

  function outcomeOf({ bundle }: SealedRun, section: Section<Name>): Outcome {
    return { text: experiment.text(section), data: { bundle, experiment: name, section } };
  }
}

/** Those of the given flags that a schema declares. */
export function ofSchema(
  { shape }: z.ZodObject,
  given: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([key]) => Object.hasOwn(shape, key)));
}

/** Whether a section was made by the same formula with the same settings. */
export function isSame(
  section: { formula_version: number; config: Record<string, unknown> },
  config: Record<string, unknown>,
  formula_version: number,
): boolean {
  return (
    section.formula_version === formula_version &&
    JSON.stringify(section.config) === JSON.stringify(config)
  );
}
