import type { z } from "zod";
import { experiments, type Sections } from "../../bundle/index.ts";
import { collect } from "../../dashboard/collect.ts";
import { addSection } from "../../experiments/add-section.ts";
import { singleTokenConfig, TokenTypes } from "../../experiments/single-token.ts";
import { computeConfig } from "../config.ts";
import { checkConfig } from "../flags.ts";
import { type Parts, withModel, withSae } from "../opened.ts";
import { percent } from "../summary.ts";
import type { Context, Verb } from "../verb.ts";
import { isSame, ofSchema } from "./experiment-verb.ts";
import { inSealedRuns, refuseMixed, type SealedRun } from "./sealed-runs.ts";
import { namedDictionary } from "./swept.ts";

type Section = NonNullable<Sections["single_token"]>;
type Config = z.output<typeof singleTokenConfig>;
const { title, formula_version } = experiments.single_token;

export const singleToken: Verb = {
  words: "RUN_DIR…",
  summary:
    "Counts the features that fire on one token type only, against L0 where several dictionaries are given. The result goes into each one's bundle/evaluation.json.",
  flags: { [title]: singleTokenConfig, Machine: computeConfig },
  run: (dirs, given, context) => {
    const config = checkConfig(singleTokenConfig, ofSchema(singleTokenConfig, given));
    return inSealedRuns(dirs, ofSchema(computeConfig, given), async (runs) => {
      refuseMixed(runs);
      const before = madeBefore(runs, config);
      if (before) context.say("single_token: done before");
      const section = before ?? (await measure(runs, config, context));
      context.signal.throwIfAborted();
      if (!before)
        for (const { bundle } of runs) await addSection(bundle, "single_token", { section });
      const bundles = runs.map(({ bundle }) => bundle);
      return { text: textOf(section), data: { bundles, experiment: "single_token", section } };
    });
  },
};

/** The section that was made before of the same dictionaries, where all of them have it. */
function madeBefore(runs: SealedRun[], config: Config): Section | null {
  const hashes = (of: { weights_sha256: string }[]) =>
    JSON.stringify(of.map(({ weights_sha256 }) => weights_sha256).sort());
  const wanted = hashes(runs.map(namedDictionary));
  const sections = runs.map(({ evaluation }) => evaluation.experiments.single_token);
  const isWanted = (section: Section | undefined) =>
    section !== undefined &&
    isSame(section, config, formula_version) &&
    hashes(section.dictionaries) === wanted;
  return sections.every(isWanted) ? (sections[0] as Section) : null;
}

async function measure(runs: SealedRun[], config: Config, context: Context): Promise<Section> {
  const dictionaries: Section["dictionaries"][number][] = [];
  let tokens = 0;
  await withModel(runs[0].run, context, async (shared) => {
    for (const { run, manifest } of runs)
      await withSae(run, shared, async (parts) => {
        const { hook_name, architecture, d_sae } = manifest.sae;
        const types = await scan({ ...parts, hook_name }, config, context);
        tokens = types.tokens;
        const about = { ...namedDictionary({ manifest }), hook_name, architecture, d_sae };
        dictionaries.push({ ...about, ...types.shares(config.n_min) });
      });
  });
  dictionaries.sort((a, b) => a.l0 - b.l0);
  const [first, ...rest] = dictionaries;
  return { formula_version, seed: null, tokens, config, dictionaries: [first, ...rest] };
}

async function scan(
  { tokens, sae, ...parts }: Parts & { hook_name: string },
  { scan_tokens }: Config,
  { report, signal }: Context,
): Promise<TokenTypes> {
  const { context_size } = tokens;
  const n_contexts = Math.min(tokens.n_contexts, Math.ceil(scan_tokens / context_size));
  const types = new TokenTypes(sae.config.d_sae);
  const input = { ...parts, tokens, n_contexts, report, signal, stage: "token types" };
  for await (const { first_context, places, acts } of collect(input)) {
    const contexts = Math.floor((places.at(-1) ?? 0) / context_size) + 1;
    const ids = tokens.contexts(first_context, first_context + contexts);
    types.add(
      acts,
      places.map((place) => ids[place]),
    );
  }
  return types;
}

function textOf({ dictionaries }: Section): string {
  return [
    `${"".padEnd(28)}      L0  features  one type  90 % mass 50 % mass`,
    ...dictionaries.map(({ name, l0, counted, one_type, mass_90, mass_50 }) =>
      [
        name.padEnd(28),
        l0.toFixed(1).padStart(8),
        String(counted).padStart(10),
        ...[one_type, mass_90, mass_50].map((share) => percent(share).padStart(10)),
      ].join(""),
    ),
  ].join("\n");
}
