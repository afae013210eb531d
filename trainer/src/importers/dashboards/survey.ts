import { hashFile } from "../../bundle/hash.ts";
import { BundleError, type ImportedDashboards } from "../../bundle/index.ts";
import type { InputFile } from "../foreign.ts";
import { type DashboardFeature, positionOf, readBatch } from "./batch.ts";

/** What a first look at all batches finds. */
export type Survey = Pick<
  ImportedDashboards,
  "files" | "n_prompts_total" | "n_tokens_in_prompt" | "dataset"
> & {
  /** of each feature the place of its file */
  fileOf: Int32Array;
  /** each token as it is spelled, with the place where it stands first; of texts, and of logits alone */
  spelled: { texts: Map<string, string>; logits: Map<string, string> };
  /** a few top examples, of features from all over the dictionary */
  samples: Sample[];
  /** whether bin_contains are shares of all tokens, or of the feature's activations */
  contains: "tokens" | "activations";
};

export type Sample = { feature: number; tokens: string[]; position: number; activation: number };
const SAMPLES = 64;

/** Of texts and of logits, each of which has a vocabulary's at most. */
const MOST_STRINGS = 2 ** 22;

/** Shares of tokens are written with so many digits. */
const ROUNDING = 1e-5;

/** Reads every batch once, a file at a time: each feature must be there once, and all must be of the same texts. */
export async function survey(
  batches: InputFile[],
  d_sae: number,
  signal?: AbortSignal,
): Promise<Survey> {
  const fileOf = new Int32Array(d_sae).fill(-1);
  const spelled: Survey["spelled"] = { texts: new Map(), logits: new Map() };
  const files: ImportedDashboards["files"] = [];
  const samples: Sample[] = [];
  const each = Math.ceil(d_sae / SAMPLES);
  let about: Pick<Survey, "n_prompts_total" | "n_tokens_in_prompt" | "dataset"> | null = null;
  let contains: Survey["contains"] = "tokens";
  for (const [at, file] of batches.entries()) {
    signal?.throwIfAborted();
    for (const feature of readBatch(file)) {
      const place = `${file.path}: feature ${feature.feature_index}`;
      note(fileOf, feature.feature_index, at, (why) => {
        throw new BundleError(`${place}: ${why(batches)}`);
      });
      about = sameText(about, feature, place);
      if (!mayBeOfTokens(feature)) contains = "activations";
      gather(spelled, feature, place);
      if (feature.feature_index % each === 0) samples.push(...sampleOf(feature));
    }
    if (spelled.texts.size + spelled.logits.size > MOST_STRINGS)
      throw new BundleError(
        `${file.path}: by now there are more than ${MOST_STRINGS} different token strings, more than a tokenizer has`,
      );
    files.push({ path: file.path, ...(await hashFile(file.file)) });
  }
  const missing = fileOf.indexOf(-1);
  if (missing >= 0 || about === null) {
    const n = fileOf.reduce((sum, file) => sum + (file < 0 ? 1 : 0), 0);
    throw new BundleError(
      `${batches[0]?.path ?? "dashboards"}: ${n} of ${d_sae} features are in no batch, the first of them ${missing}; expected each of them once`,
    );
  }
  return { ...about, files, fileOf, spelled, samples, contains };
}

function note(
  fileOf: Int32Array,
  index: number,
  at: number,
  refuse: (why: (batches: InputFile[]) => string) => never,
): void {
  if (index >= fileOf.length)
    refuse(() => `expected less than ${fileOf.length}, the number of features`);
  const before = fileOf[index];
  if (before >= 0) refuse((batches) => `it is in ${batches[before].path}, too; expected once`);
  fileOf[index] = at;
}

function sameText(
  about: Pick<Survey, "n_prompts_total" | "n_tokens_in_prompt" | "dataset"> | null,
  { n_prompts_total, n_tokens_in_prompt, dataset }: DashboardFeature,
  place: string,
) {
  const found = { n_prompts_total, n_tokens_in_prompt, dataset: dataset ?? "" };
  for (const key of Object.keys(found) as (keyof typeof found)[])
    if (about && about[key] !== found[key])
      throw new BundleError(
        `${place}: ${key} ${found[key]}, expected ${about[key]} as of the features before`,
      );
  return found;
}

/**
 * All intervals but the lowest hold tokens on which the feature fires, so that shares of all tokens add up to its
 * density at most; where they do not, they are shares of its activations.
 */
function mayBeOfTokens({ activations, frac_nonzero }: DashboardFeature): boolean {
  const shares = new Map(
    activations
      .filter(({ bin_min }) => bin_min > 0)
      .map(({ bin_min, bin_max, bin_contains }) => [`${bin_min} ${bin_max}`, bin_contains]),
  );
  const sum = [...shares.values()].reduce((total, share) => total + share, 0);
  return sum <= frac_nonzero + ROUNDING * (1 + shares.size);
}

/** The top example, unless the feature never fires. */
function sampleOf({ feature_index, activations }: DashboardFeature): Sample[] {
  const top = activations.find(({ bin_min }) => bin_min === -1);
  if (!top) return [];
  const position = positionOf(top);
  const activation = top.values[position];
  return activation > 0
    ? [{ feature: feature_index, tokens: top.tokens, position, activation }]
    : [];
}

function gather(
  { texts, logits }: Survey["spelled"],
  { activations, pos_str, neg_str }: DashboardFeature,
  place: string,
): void {
  for (const { tokens } of activations)
    for (const token of tokens) if (!texts.has(token)) texts.set(token, place);
  for (const token of [...pos_str, ...neg_str]) if (!logits.has(token)) logits.set(token, place);
}
