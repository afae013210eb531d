import { z } from "zod";
import { explain } from "../../bundle/explain.ts";
import { BundleError } from "../../bundle/index.ts";
import type { InputFile } from "../foreign.ts";
import { readJson } from "../json.ts";
import { firstBytes } from "../read-at.ts";

/*
 * SAEDashboard's batch-N.json: the pages of some features of one dictionary, as its runner for Neuronpedia writes
 * them (sae_dashboard/neuronpedia).
 */

/** Of one file, the pages of 128 features or so. */
const MAX_BYTES = 2 ** 28;
const HEAD_BYTES = 2 ** 16;

const number = z.number();
const count = z.int().nonnegative();
const strings = z.array(z.string()).max(1000);
const values = z.array(number).max(1000);
const heights = z.array(count).max(10_000);

const sequence = z
  .looseObject({
    /** −1 of a top example; else its activation is from bin_min to bin_max */
    bin_min: number,
    bin_max: number,
    /** −1 of a top example; else the share of the tokens, or of the activations, that lie in the interval */
    bin_contains: number,
    tokens: z.array(z.string()).min(1).max(4096),
    values: z.array(number.nonnegative()),
    /** the token that it was chosen for; files of before do not say it */
    qualifying_token_index: count.optional(),
  })
  .superRefine(({ tokens, values, qualifying_token_index: at = 0, bin_min, bin_max }, context) => {
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: "custom", path: [key], message });
    if (values.length !== tokens.length)
      refuse("values", `${values.length} values, expected ${tokens.length}, one for each token`);
    if (at >= tokens.length)
      refuse("qualifying_token_index", `expected less than ${tokens.length}, the number of tokens`);
    if (bin_min !== -1 && bin_min > bin_max)
      refuse("bin_min", `expected at most bin_max, ${bin_max}, or -1 of a top example`);
  });
export type DashboardSequence = z.infer<typeof sequence>;

/** Which token a sequence was chosen for; where it is not said, the one with the largest activation. */
export function positionOf({ qualifying_token_index, values }: DashboardSequence): number {
  return qualifying_token_index ?? values.indexOf(Math.max(...values));
}

const feature = z
  .looseObject({
    feature_index: count,
    neg_str: strings,
    neg_values: values,
    pos_str: strings,
    pos_values: values,
    frac_nonzero: number.min(0).max(1),
    freq_hist_data_bar_heights: heights,
    freq_hist_data_bar_values: z.array(number),
    logits_hist_data_bar_heights: heights,
    logits_hist_data_bar_values: z.array(number),
    n_prompts_total: z.int().positive(),
    n_tokens_in_prompt: z.int().positive(),
    dataset: z.string().nullable(),
    activations: z.array(sequence).max(1000),
  })
  .superRefine((feature, context) => {
    for (const [one, other] of [
      ["neg_values", "neg_str"],
      ["pos_values", "pos_str"],
      ["freq_hist_data_bar_values", "freq_hist_data_bar_heights"],
      ["logits_hist_data_bar_values", "logits_hist_data_bar_heights"],
    ] as const) {
      const [found, expected] = [feature[one].length, feature[other].length];
      if (found !== expected)
        context.addIssue({
          code: "custom",
          path: [one],
          message: `${found} of them, expected ${expected}, as many as in ${other}`,
        });
    }
  });
export type DashboardFeature = z.infer<typeof feature>;

const batch = z.looseObject({
  model_id: z.string(),
  sae_set: z.string(),
  features: z.array(feature).min(1).max(65_536),
});

/** The features of a file, by index; a BundleError names what is not as it should be. */
export function readBatch(file: InputFile): DashboardFeature[] {
  const json = readJson(file, MAX_BYTES);
  const { success, data, error } = batch.safeParse(json);
  if (!success) throw new BundleError(`${file.path}: ${explain(error, json)}`);
  return data.features.sort((a, b) => a.feature_index - b.feature_index);
}

/** Whether a file looks like one, by its beginning. */
function isBatch({ file, bytes }: InputFile): boolean {
  const head = firstBytes(file, Math.min(bytes, HEAD_BYTES)).toString();
  return /^\s*\{/.test(head) && /"features"\s*:/.test(head) && /"feature_index"\s*:/.test(head);
}

/**
 * The batches among some files: those of one folder, since each folder holds a dictionary's. Null where there are
 * none; several folders of them are refused.
 */
export function findBatches(files: InputFile[]): InputFile[] | null {
  const found = files.filter(isBatch);
  const folders = [...new Set(found.map(({ path }) => folderOf(path)))];
  if (folders.length > 1)
    throw new BundleError(
      `SAEDashboard's batches lie in ${folders.length} folders (${folders.slice(0, 3).join(", ")}…); expected those of one dictionary: --dashboards names their folder`,
    );
  return found.length > 0 ? found : null;
}

function folderOf(path: string): string {
  return path.replace(/[^/]*$/, "") || "./";
}
