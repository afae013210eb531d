import { join } from "node:path";
import { z } from "zod";
import { type ExperimentName, experiments, type Sections } from "../../bundle/index.ts";
import { addSection } from "../../experiments/add-section.ts";
import { groups } from "../config.ts";
import type { Context, Outcome } from "../verb.ts";
import { inSealedRuns, type SealedRun } from "./sealed-runs.ts";

type Section<Name extends ExperimentName> = NonNullable<Sections[Name]>;

/** An experiment whose dictionaries are a sweep's, made for it: its section goes into the bundle of each. */
export type SweptExperiment<Name extends ExperimentName> = {
  name: Name;
  /** what the dictionaries have to say together, but for what `trainSwept` adds itself */
  section(runs: SealedRun[]): Omit<Section<Name>, "formula_version">;
  /** what was found, for people */
  text(section: Section<Name>): string;
};

/**
 * Trains and measures a sweep in `dir` in one pass, then adds the section to its bundles. What is done is
 * not done again, so that the same command goes on after a kill; a section that is there already stays.
 */
export async function trainSwept<Name extends ExperimentName>(
  { name, section: make, text }: SweptExperiment<Name>,
  dir: string,
  grid: Record<string, unknown>,
  context: Context,
): Promise<Outcome> {
  const { runSweep } = await import("../sweep/run-sweep.ts");
  const swept = await runSweep(dir, grid, context);
  if (swept.failed) return swept;
  const made = (swept.data.dictionaries as { name: string; metrics: unknown }[]).filter(
    ({ metrics }) => metrics !== null, // null: its training diverged
  );
  const dirs = made.map(({ name }) => join(dir, name));
  return inSealedRuns(dirs, {}, async (runs) => {
    const { formula_version } = experiments[name];
    const section = { formula_version, ...make(runs) } as unknown as Section<Name>;
    for (const { bundle, evaluation } of runs) {
      context.signal.throwIfAborted();
      const before = evaluation.experiments[name];
      if (JSON.stringify(before) !== JSON.stringify(section))
        await addSection(bundle, name, { section });
    }
    const bundles = runs.map(({ bundle }) => bundle);
    return { text: text(section), data: { dir, bundles, experiment: name, section } };
  });
}

/** The flags of a run by their headings, without those that an experiment gives itself. */
export function runFlagsWithout(names: string[]): Record<string, z.ZodObject> {
  const flags = Object.values(groups).flatMap((group) => Object.entries<z.ZodObject>(group));
  return Object.fromEntries(
    flags.map(([title, { shape }]) => [
      title,
      z.object(Object.fromEntries(Object.entries(shape).filter(([name]) => !names.includes(name)))),
    ]),
  );
}

/** How a section names a dictionary: weights_sha256 is of sae_weights.safetensors. */
export function namedDictionary({ manifest }: Pick<SealedRun, "manifest">) {
  const weights_sha256 = manifest.files["sae_weights.safetensors"]?.sha256 ?? "";
  return { name: manifest.name, weights_sha256 };
}

/** What makes a dictionary as sparse as it is: its rule, and the setting that the rule reads. */
export function sparsityOf({ run: { config } }: Pick<SealedRun, "run">): Record<string, unknown> {
  const { architecture, k, l1_coefficient, l0_coefficient } = config;
  if (architecture === "standard" || architecture === "gated")
    return { architecture, l1_coefficient };
  return { architecture, ...(architecture === "jumprelu" ? { l0_coefficient } : { k }) };
}
