import { BundleError, tokenStrings, vocabularyOf } from "../../bundle/index.ts";
import type { Survey } from "./survey.ts";

/** What SAEDashboard writes for an id beyond the tokenizer's. */
const OUT_OF_RANGE = "<|outofrange|>";

/** What it makes of some pieces of a vocabulary's own spelling; the rest stays as it is (its HTML_ANOMALIES). */
const replaced: [piece: string, text: string][] = [
  ["âĢĶ", "—"],
  ["âĢĵ", "–"],
  ["âĢľ", "“"],
  ["âĢĿ", "”"],
  ["âĢĺ", "‘"],
  ["âĢĻ", "’"],
  ["âĢĭ", " "],
  ["Ġ", " "],
  ["Ċ", "\n"],
  ["ĉ", "\t"],
];

/** How token strings are written: three ways, of which the one is taken by which all of them are tokens. */
const spellings = {
  "as SAEDashboard spells them": (own: string) =>
    replaced.reduce((text, [piece, by]) => text.replaceAll(piece, by), own),
  "by their text": (_own: string, text: string) => text,
  "as the vocabulary has them": (own: string) => own,
} satisfies Record<string, (own: string, text: string) => string>;

export type Spelling = {
  /** null: an id beyond the tokenizer's, which has no token */
  idOf(token: string): number | null;
  notes: string[];
};

/**
 * The ids of the batches' token strings by the model's tokenizer.json. A string that no token has is refused, with the
 * place where it stands. Of tokens that are spelled alike, the one is taken whose text it is, else the first.
 */
export function spellingOf({ texts, logits }: Survey["spelled"], tokenizer: unknown): Spelling {
  const strings = tokenStrings(tokenizer);
  const own = vocabularyOf(tokenizer);
  const needed = new Map([...logits, ...texts]);
  needed.delete(OUT_OF_RANGE);
  const outside = texts.get(OUT_OF_RANGE);
  if (outside !== undefined)
    throw new BundleError(`${outside}: ${OUT_OF_RANGE} in a text, expected a token of the model's`);
  const tried = Object.entries(spellings).map(([name, spell]) => {
    const ids = new Map<string, number[]>();
    for (const [id, text] of strings.entries()) {
      const spelled = spell(own.get(id) ?? text, text);
      ids.set(spelled, [...(ids.get(spelled) ?? []), id]);
    }
    const missing = [...needed.keys()].filter((token) => !ids.has(token));
    return { name, ids, missing };
  });
  const [best] = tried.toSorted((a, b) => a.missing.length - b.missing.length);
  const [first] = best.missing;
  if (first !== undefined)
    throw new BundleError(
      `${needed.get(first)}: ${JSON.stringify(first)} is no token of the model's tokenizer; ${best.missing.length} of ${needed.size} token strings are none, ${best.name}. Are the dashboards of another model?`,
    );
  const choose = (token: string, ids: number[]) =>
    ids.find((id) => strings[id] === token) ?? ids[0];
  const chosen = new Map([...best.ids].map(([token, ids]) => [token, choose(token, ids)]));
  const alike = [...needed.keys()].filter((token) => (best.ids.get(token)?.length ?? 0) > 1);
  const notes = [
    ...(alike.length > 0
      ? [
          `${alike.length} of ${needed.size} token strings of the dashboards are spelled like several tokens, as ${JSON.stringify(alike[0])} is: the token is taken whose text it is, else the first`,
        ]
      : []),
    ...(logits.has(OUT_OF_RANGE)
      ? [`logits of ids beyond the tokenizer's (${OUT_OF_RANGE}) are left out`]
      : []),
  ];
  return {
    idOf: (token) => (token === OUT_OF_RANGE ? null : (chosen.get(token) as number)),
    notes,
  };
}
