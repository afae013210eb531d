import { experiments, type Sections, UsageError } from "../../bundle/index.ts";
import { ceDiffsOf } from "../../evaluate/ce-diffs.ts";
import { acrossLayersConfig, agreement } from "../../experiments/across-layers.ts";
import { addSection } from "../../experiments/add-section.ts";
import { hookNames } from "../../model/hook-names.ts";
import { mean } from "../../tensor/statistics.ts";
import { computeConfig } from "../config.ts";
import { checkConfig } from "../flags.ts";
import { withModel, withSaes } from "../opened.ts";
import { percent } from "../summary.ts";
import type { Context, Verb } from "../verb.ts";
import { isSame, ofSchema } from "./experiment-verb.ts";
import { inSealedRuns, refuseMixed, type SealedRun } from "./sealed-runs.ts";

type Section = NonNullable<Sections["across_layers"]>;
const { title, formula_version } = experiments.across_layers;

export const acrossLayers: Verb = {
  words: "RUN_DIR RUN_DIR…",
  summary:
    "Compares the CE-diffs of dictionaries at several hooks of one model, position by position. The result goes into each one's bundle/evaluation.json.",
  flags: { [title]: acrossLayersConfig, Machine: computeConfig },
  run: (dirs, given, context) => {
    const config = checkConfig(acrossLayersConfig, ofSchema(acrossLayersConfig, given));
    return inSealedRuns(dirs, ofSchema(computeConfig, given), async (runs) => {
      refuseMixed(runs);
      refuseCopies(runs);
      const before = sectionOfAll(runs, config);
      if (before) context.say("across_layers: done before");
      const section = before ?? (await measure(runs, config, context));
      context.signal.throwIfAborted();
      if (!before)
        for (const { bundle } of runs) await addSection(bundle, "across_layers", { section });
      return {
        text: textOf(section),
        data: { bundles: runs.map(({ bundle }) => bundle), experiment: "across_layers", section },
      };
    });
  },
};

async function measure(
  runs: SealedRun[],
  config: Section["config"] & Parameters<typeof agreement>[1],
  context: Context,
): Promise<Section> {
  let section: Section | undefined;
  const { report, signal } = context;
  await withModel(runs[0].run, context, async (shared) => {
    const order = hookNames(shared.model.config) as string[];
    const placeOf = ({ manifest }: SealedRun) => order.indexOf(manifest.sae.hook_name);
    const sorted = runs.toSorted((a, b) => placeOf(a) - placeOf(b));
    await withSaes(
      sorted.map(({ run }) => run),
      shared,
      async (parts) => {
        const [{ model, tokens, policy }] = parts;
        const n_contexts = runs[0].evaluation.contexts[1];
        const spliced = sorted.map(({ manifest: { sae } }, i) => ({
          encoder: parts[i].encoder,
          hook_name: sae.hook_name,
          hook_name_out: sae.hook_name_out,
        }));
        const input = { model, tokens, policy, n_contexts, signal };
        const ce_diffs = await ceDiffsOf(input, spliced, report);
        section = {
          formula_version,
          seed: null,
          tokens: ce_diffs[0].length,
          config,
          dictionaries: sorted.map((run, i) => ({ ...nameOf(run), ce_diff: mean(ce_diffs[i]) })),
          ...agreement(ce_diffs, config),
        };
      },
    );
  });
  return section as Section;
}

function nameOf({ manifest: { name, sae, files } }: SealedRun) {
  const { hook_name, hook_name_out } = sae;
  const weights_sha256 = files["sae_weights.safetensors"]?.sha256 ?? "";
  return { name, hook_name, hook_name_out, weights_sha256 };
}

function refuseCopies(runs: SealedRun[]): void {
  if (runs.length < 2)
    throw new UsageError(`${runs.length} dictionary (expected two or more, to compare them)`);
  for (const [i, run] of runs.entries()) {
    const { weights_sha256 } = nameOf(run);
    const twin = runs.slice(0, i).find((other) => nameOf(other).weights_sha256 === weights_sha256);
    if (twin) throw new UsageError(`${run.dir}: the same dictionary as ${twin.dir}`);
  }
}

/** The section that was made before of the same dictionaries, where all of them have it. */
function sectionOfAll(runs: SealedRun[], config: Section["config"]): Section | null {
  const wanted = JSON.stringify(runs.map((run) => nameOf(run).weights_sha256).sort());
  const sections = runs.map(({ evaluation }) => evaluation.experiments.across_layers);
  const [first] = sections;
  const isWanted = (section: Section | undefined) =>
    section !== undefined &&
    isSame(section, config, formula_version) &&
    JSON.stringify(section.dictionaries.map((one) => one.weights_sha256).sort()) === wanted;
  return first && sections.every(isWanted) ? first : null;
}

function textOf({ dictionaries, spearman, pearson, overlap, worst_fraction }: Section): string {
  const lines = dictionaries.map(({ name, hook_name, ce_diff }) =>
    [name, hook_name, `CE-diff ${ce_diff.toFixed(4)}`].join("  "),
  );
  const two = (value: number | null) => value?.toFixed(2) ?? "none";
  for (let i = 0; i < dictionaries.length; i++)
    for (let j = 0; j < i; j++)
      lines.push(
        `${dictionaries[j].name} and ${dictionaries[i].name}: Spearman ${two(spearman[i][j])}, Pearson ${two(pearson[i][j])}, ` +
          `${percent(overlap[i][j])} of the worst ${percent(worst_fraction)} in common (${(overlap[i][j] / worst_fraction).toFixed(0)} × chance)`,
      );
  return lines.join("\n");
}
