import { z } from "zod";
import { experiments, type Sections, UsageError } from "../../bundle/index.ts";
import { collect } from "../../dashboard/collect.ts";
import { Totals } from "../../dashboard/totals.ts";
import { contextsToMeasure } from "../../evaluate/evaluate.ts";
import { addSection } from "../../experiments/add-section.ts";
import {
  cutting,
  frequencyCurves,
  frequencyCuts,
  removeFrequentConfig,
  targetL0s,
  uncut,
} from "../../experiments/remove-frequent.ts";
import { measureSpliced, weighted } from "../../experiments/spliced.ts";
import { computeConfig } from "../config.ts";
import { checkConfig } from "../flags.ts";
import { type Parts, withModel, withSaes } from "../opened.ts";
import { readConfig } from "../run-folder.ts";
import type { Context, Verb } from "../verb.ts";
import { isSame, ofSchema } from "./experiment-verb.ts";
import { familyFolders, refuseNoFamily } from "./family.ts";
import { inSealedRuns, refuseMixed, type SealedRun } from "./sealed-runs.ts";
import { namedDictionary } from "./swept.ts";

type Section = NonNullable<Sections["remove_frequent"]>;
type Config = z.output<typeof removeFrequentConfig>;
const { title, formula_version } = experiments.remove_frequent;

const familyFlag = z.object({
  family: z
    .array(z.string())
    .min(1)
    .describe("run folders, or a sweep's folder, of dictionaries trained at other sparsities"),
});

export const removeFrequent: Verb = {
  words: "RUN_DIR",
  summary:
    "Cuts a dictionary's most frequent features off until its L0 is that of dictionaries trained to be sparser, and compares the two. The result goes into RUN_DIR/bundle/evaluation.json.",
  flags: { [title]: familyFlag.extend(removeFrequentConfig.shape), Machine: computeConfig },
  run: async ([dir], given, context) => {
    const { family } = checkConfig(familyFlag, ofSchema(familyFlag, given));
    const config = checkConfig(removeFrequentConfig, ofSchema(removeFrequentConfig, given));
    const hook_name = String(readConfig(dir)?.hook_name);
    const dirs = [dir, ...familyFolders(family, dir, hook_name)];
    return inSealedRuns(dirs, ofSchema(computeConfig, given), async (runs) => {
      refuseNoFamily(runs);
      refuseMixed(runs);
      const [{ bundle }] = runs;
      const before = madeBefore(runs, config);
      if (before) context.say("remove_frequent: done before");
      const section = before ?? (await measure(runs, config, context));
      context.signal.throwIfAborted();
      if (!before) await addSection(bundle, "remove_frequent", { section });
      return { text: textOf(section), data: { bundle, experiment: "remove_frequent", section } };
    });
  },
};

/** The section that is there, if it was made with the same settings beside the same dictionaries. */
function madeBefore([own, ...others]: SealedRun[], config: Config): Section | null {
  const section = own.evaluation.experiments.remove_frequent;
  if (!section || !isSame(section, config, formula_version)) return null;
  const hashes = (of: { weights_sha256: string }[]) =>
    JSON.stringify(of.map(({ weights_sha256 }) => weights_sha256).sort());
  const wanted = [own, ...others].map(namedDictionary);
  return hashes(section.family) === hashes(wanted) ? section : null;
}

async function measure(runs: SealedRun[], config: Config, context: Context): Promise<Section> {
  let section: Section | undefined;
  await withModel(runs[0].run, context, (shared) =>
    withSaes(
      runs.map(({ run }) => run),
      shared,
      async (parts) => {
        section = await compare(runs, parts, config, context);
      },
    ),
  );
  return section as Section;
}

async function compare(
  runs: SealedRun[],
  parts: Parts[],
  config: Config,
  { report, signal }: Context,
): Promise<Section> {
  const [{ manifest }] = runs;
  const [{ model, tokens, policy, encoder, sae }] = parts;
  const { hook_name, hook_name_out } = manifest.sae;
  const input = { model, tokens, policy, hook_name, hook_name_out, signal, report };
  const frequency = await densities({ ...input, encoder, d_sae: sae.config.d_sae }, config);
  const own = frequency.density.reduce((sum, density) => sum + density, 0);
  const targets = targetL0s(config, own);
  const cuts = {
    top: frequencyCuts(frequency.density, targets, "top"),
    bottom: frequencyCuts(frequency.density, targets, "bottom"),
  };
  const spliced = await measureSpliced(
    { ...input, n_contexts: contextsToMeasure(config, tokens) },
    [
      // nothing cut is the same from either end
      { encoder, variants: cutting([...cuts.top, ...cuts.bottom.slice(1)]) },
      ...parts.slice(1).map(({ encoder }) => ({ encoder, variants: uncut })),
    ],
  );
  const [ofCuts, ...ofOthers] = spliced.subjects;
  const [whole] = ofCuts;
  const sums = {
    top: ofCuts.slice(0, cuts.top.length),
    bottom: [whole, ...ofCuts.slice(cuts.top.length)],
  };
  const family = runs.map((run, i) => ({
    ...namedDictionary(run),
    architecture: run.manifest.sae.architecture,
    d_sae: run.manifest.sae.d_sae,
    sums: i === 0 ? whole : ofOthers[i - 1][0],
  }));
  const { contexts, tokens: counted } = frequency;
  return {
    formula_version,
    seed: config.seed,
    tokens: weighted(spliced.with_next),
    config,
    hook_name,
    frequency: { contexts, tokens: counted },
    ...frequencyCurves(cuts, family, sums, config, spliced),
  };
}

type Scanned = Omit<Parameters<typeof collect>[0], "n_contexts" | "tokens"> & {
  tokens: Parts["tokens"];
  d_sae: number;
};

/** How often each feature fires on the text behind the held-out one, on which nothing else is measured. */
async function densities(
  { tokens, d_sae, ...input }: Scanned,
  { frequency_tokens }: Pick<Config, "frequency_tokens">,
) {
  const { context_size, held_out_contexts: first, n_contexts } = tokens;
  const last = Math.min(n_contexts, first + Math.ceil(frequency_tokens / context_size));
  if (last === first)
    throw new UsageError("there is no text behind the held-out one, to measure densities on");
  const totals = new Totals(d_sae);
  const behind = {
    context_size,
    contexts: (from: number, to: number) => tokens.contexts(first + from, first + to),
  };
  const scan = { ...input, tokens: behind, n_contexts: last - first, stage: "densities" };
  for await (const { acts } of collect(scan)) totals.add(acts);
  const density = totals.n_active.map((count) => count / totals.tokens);
  return { density, tokens: totals.tokens, contexts: [first, last] as [number, number] };
}

function textOf({ top, bottom, family }: Section): string {
  const line = (
    name: string,
    { l0, ce_diff, ce_loss_recovered, fvu }: Section["family"][number] | Section["top"][number],
  ) =>
    [
      name.padEnd(28),
      l0.toFixed(2).padStart(8),
      ce_loss_recovered.value.toFixed(4).padStart(11),
      ce_diff.value.toFixed(4).padStart(9),
      fvu.toFixed(4).padStart(9),
    ].join("");
  const gap = (of: Section["family"][number]["gap"]["top"]) =>
    of
      ? `  ${of.ce_loss_recovered.value.toFixed(4)} (${of.ce_loss_recovered.low.toFixed(4)} to ${of.ce_loss_recovered.high.toFixed(4)})`
      : "  not covered";
  return [
    `${"".padEnd(28)}      L0  recovered  CE-diff      FVU  gap of the cut one, recovered`,
    ...top.map((cut) => line(`${cut.features_cut} cut from the top`, cut)),
    ...bottom.slice(1).map((cut) => line(`${cut.features_cut} cut from the bottom`, cut)),
    ...family.map((one) => line(one.name, one) + gap(one.gap.top)),
  ].join("\n");
}
