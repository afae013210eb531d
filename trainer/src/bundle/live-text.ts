import type { SaelensCfg } from "./cfg.ts";
import type { Manifest, TokenPolicy } from "./manifest.ts";
import type { Metric } from "./metrics.ts";

/*
 * What a hub asks, over IPC, of the process that holds models and dictionaries (trainer/src/inference), and
 * what that answers. Plain data: it goes through JSON.
 */

/** Most tokens of a text, the one that opens it among them; a model that sees fewer takes fewer. */
export const MOST_TEXT_TOKENS = 1024;

/** How the loss at each token changes without a feature. */
export const ablation = {
  title: "Ablation",
  formula:
    "CE with x̂ − a_f · d_f spliced in at every counted position of the context, minus CE with x̂ spliced in, at each position, in nats. Above 0 the feature helps the model to predict the next token.",
  formula_version: 1,
  unit: "nats",
  digits: 3,
  better: "neither",
} as const satisfies Metric;

/** The model that a dictionary was made on, as its manifest names it. */
export type ModelPin = Pick<
  Manifest["provenance"]["model"],
  "id" | "source" | "commit" | "weights_sha256"
> & { tokenizer_sha256: string };

export type DictionaryPin = {
  /** the file of its weights, and its sha256 */
  path: string;
  sha256: string;
  cfg: SaelensCfg;
  token_policy: TokenPolicy;
};

export type LiveRequest =
  | {
      kind: "text";
      model: ModelPin;
      dictionaries: DictionaryPin[];
      text: string;
      /** each token's strongest features are named, so many at most */
      strongest: number;
      /** features to follow along the text, be they among the strongest or not, where a dictionary has them */
      follow: number[];
      /** whether losses are asked for: they take the model's other layers */
      losses: boolean;
    }
  | {
      kind: "ablation";
      model: ModelPin;
      dictionary: DictionaryPin;
      /** token ids, all of one length */
      contexts: number[][];
      feature: number;
    };

/** Means over a text, by the formulas of `metrics`; null where there is nothing to take them of. */
export type LiveTotals = {
  /** counted tokens, and those of them that have a next one */
  counted: number;
  predicted: number;
  l0: number | null;
  ce_clean: number | null;
  ce_sae: number | null;
  ce_diff: number | null;
};

/** What one dictionary says of a text. */
export type LiveDictionary = {
  totals: LiveTotals;
  /** by token: whether the token policy keeps it */
  counted: boolean[];
  /** by token but the last: next-token cross-entropy, untouched and with x̂ at every counted one; empty unless asked for */
  ce_clean: number[];
  ce_sae: number[];
  /** by token: active features, and the strongest of them, the most active first */
  l0: number[];
  strongest: number[][];
  /** every feature among them, and those followed, where it is active; the most active first */
  features: { index: number; positions: number[]; activations: number[] }[];
};

/** What the loss becomes along a context when a feature is removed. */
export type AblatedContext = {
  /** first position at which the feature is active; before it nothing changes. Null: it never is */
  from: number | null;
  /** by position, 0 where it is not active */
  activations: number[];
  /** by position but the last, with x̂ and with x̂ − a_f · d_f */
  ce_sae: number[];
  ce_without: number[];
};

export type LiveAnswers = {
  text: { tokens: string[]; dictionaries: LiveDictionary[] };
  ablation: { contexts: AblatedContext[] };
};

/**
 * Why something cannot be answered: the model is not on this machine; the request asks for what cannot be; or
 * a file is not what it should be. Anything else is a bug.
 */
export type LiveRefusal = { why: "not_installed" | "request" | "bundle" | "bug"; message: string };
