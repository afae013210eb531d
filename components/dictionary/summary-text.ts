import { formatBigCount, formatCount, formatNumber, formatPercent } from "@/lib/format.ts";
import { formatMetric } from "@/lib/metrics.ts";
import type { DictionaryView } from "@/lib/views.ts";
import { architectureNames } from "./describe.ts";

type Of = Pick<
  DictionaryView,
  | "model"
  | "hook_name"
  | "hook_name_out"
  | "architecture"
  | "k"
  | "d_in"
  | "d_sae"
  | "metrics"
  | "training"
> & { manifest: Pick<DictionaryView["manifest"], "provenance"> };

/** A dictionary in three sentences, from what was measured: for where nobody has described it. */
export function summaryText(dictionary: Of): string {
  return [whatItIs(dictionary), howGoodItIs(dictionary), deadText(dictionary)].join(" ");
}

function whatItIs(dictionary: Of): string {
  const { architecture, k, d_in, d_sae, hook_name, hook_name_out, model, training } = dictionary;
  const { corpus } = dictionary.manifest.provenance;
  const rule = architectureNames[architecture] + (k === null ? "" : ` (k = ${k})`);
  const what = hook_name_out === null ? "autoencoder" : "transcoder";
  const where = hook_name_out === null ? hook_name : `${hook_name}, giving ${hook_name_out},`;
  const tokens = training.at(-1)?.tokens;
  const trained = tokens === undefined ? "trained" : `trained on ${formatBigCount(tokens)} tokens`;
  const size = `with ${formatCount(d_sae)} features of ${formatCount(d_in)} inputs`;
  return `A sparse ${what} by ${rule} ${size} at ${where} of ${model}, ${trained} of ${corpus.id}.`;
}

function howGoodItIs({ metrics }: Of): string {
  const { l0, ce_diff, ce_loss_recovered, fvu } = metrics;
  const more = ce_diff < 0 ? "less" : "more";
  return (
    `On held-out text ${formatMetric("l0", l0)} features are active per token on average and leave ` +
    `${formatPercent(fvu)} of the variance unexplained; with its output in place of the activations the ` +
    `model's next-token loss is ${formatNumber(Math.abs(ce_diff), 3)} nats ${more} ` +
    `(${formatPercent(ce_loss_recovered)} of the loss recovered).`
  );
}

function deadText({ metrics: { dead_fraction } }: Of): string {
  return dead_fraction > 0
    ? `${formatPercent(dead_fraction)} of the features never fire there.`
    : "Every feature fires there.";
}
