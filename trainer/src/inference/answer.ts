import {
  type LiveAnswers,
  type LiveDictionary,
  type LiveRequest,
  MOST_TEXT_TOKENS,
  UsageError,
} from "../bundle/index.ts";
import { ablateFeature } from "../experiments/ablate-feature.ts";
import { alongText, type TriedText, textTotals, tryText } from "../experiments/try-text.ts";
import type { LiveModel, Opened } from "./opened.ts";

/** What is computed for a hub's reader. */
export async function answer(
  opened: Opened,
  request: LiveRequest,
): Promise<LiveAnswers[keyof LiveAnswers]> {
  return request.kind === "text" ? answerText(opened, request) : answerAblation(opened, request);
}

type Asked<Kind> = Extract<LiveRequest, { kind: Kind }>;

async function answerText(
  opened: Opened,
  { model: pin, dictionaries: pins, text, strongest, follow, losses }: Asked<"text">,
): Promise<LiveAnswers["text"]> {
  const { model, dictionaries } = await opened.all(pin, pins);
  const ids = idsOf(text, model);
  const tried = await tryText({ model: model.model, ids, losses }, dictionaries);
  return {
    tokens: Array.from(ids, (id) => model.tokenizer.tokens[id]),
    dictionaries: tried.map((one, i) =>
      described(
        one,
        strongest,
        follow.filter((index) => index < pins[i].cfg.d_sae),
      ),
    ),
  };
}

async function answerAblation(
  opened: Opened,
  { model: pin, dictionary: pinned, contexts, feature }: Asked<"ablation">,
): Promise<LiveAnswers["ablation"]> {
  const { model, dictionaries } = await opened.all(pin, [pinned]);
  const ids = Int32Array.from(contexts.flat());
  const [dictionary] = dictionaries;
  const n = contexts.length;
  const found = await ablateFeature({ ...dictionary, model: model.model, ids, n }, feature);
  return { contexts: found };
}

/** The text's ids, the model's first token before them, as it stands before every document it was trained on. */
function idsOf(
  text: string,
  { config, tokenizer }: Pick<LiveModel, "config" | "tokenizer">,
): Int32Array {
  // half of a surrogate pair is no character: it becomes U+FFFD
  const ids = [tokenizer.bos_id, ...tokenizer.encode(Buffer.from(text).toString())];
  const most = Math.min(MOST_TEXT_TOKENS, config.n_ctx);
  if (ids.length < 2) throw new UsageError("the text is empty (expected at least one token)");
  if (ids.length > most)
    throw new UsageError(
      `the text is ${ids.length - 1} tokens of ${config.id} long (expected at most ${most - 1})`,
    );
  return Int32Array.from(ids);
}

/** By token of the text, where what was computed has rows for the counted ones alone. */
function described(tried: TriedText, most: number, follow: number[]): LiveDictionary {
  const { counted, acts, ce_clean, ce_sae } = tried;
  const places = Array.from(counted.keys()).filter((at) => counted[at] === 1);
  const along = alongText(acts, most, follow);
  const l0: number[] = new Array(counted.length).fill(0);
  const strongest: number[][] = Array.from(counted, () => []);
  for (const [row, at] of places.entries()) {
    l0[at] = acts.offsets[row + 1] - acts.offsets[row];
    strongest[at] = along.strongest[row];
  }
  return {
    totals: textTotals(tried),
    counted: Array.from(counted, (one) => one === 1),
    ce_clean: Array.from(ce_clean, short),
    ce_sae: Array.from(ce_sae, short),
    l0,
    strongest,
    features: along.features.map(({ index, rows, activations }) => ({
      index,
      positions: rows.map((row) => places[row]),
      activations: activations.map(short),
    })),
  };
}

/** A float32 in the digits that it has, not in the seventeen of a double. */
function short(value: number): number {
  return Number(value.toPrecision(7));
}
