import "server-only";
import { formatCount } from "@/lib/format.ts";
import { dictionaryPath, featurePath, searchFor } from "@/lib/routes.ts";
import { shortSearch } from "@/lib/search-query.ts";
import type { Suggestion, Viewer } from "@/lib/views.ts";
import { pool } from "../db.ts";
import { formsOf, wordsBeginningWith, wordsOf } from "../token-forms.ts";
import { getVocabulary } from "../vocabulary.ts";
import { findAddress } from "./find-address.ts";
import { searchLabels } from "./search-labels.ts";
import { rankNames } from "./search-names.ts";
import { listSearchable } from "./searchable.ts";

const NAMES = 4;
const LABELS = 3;
const WORDS = 5;
/** words of the vocabulary that are looked up, of which those with the most features are suggested */
const LOOKED_UP = 20;

/** What a reader may have begun to type: an address, names, labels, and words that features fire on. */
export async function suggest(viewer: Viewer, text: string): Promise<Suggestion[]> {
  if (text === "") return [];
  const [address, names, labels, words] = await Promise.all([
    findAddress(viewer, text),
    rankNames(viewer, text, NAMES),
    searchLabels(viewer, { q: text, model: "", dictionary: "" }, { limit: LABELS }),
    suggestWords(viewer, text),
  ]);
  const exact: Suggestion[] = address
    ? [{ kind: "address", text: address, detail: "go there", href: address }]
    : [];
  const dictionaries = names.map(
    ({ model, slug, hook_name }): Suggestion => ({
      kind: "dictionary",
      text: `${model}/${slug}`,
      detail: hook_name,
      href: dictionaryPath(model, slug),
    }),
  );
  const labelled = labels.hits.map(
    (hit): Suggestion => ({
      kind: "label",
      text: hit.text,
      detail: `${hit.dictionary}/${hit.index}`,
      href: featurePath(hit.model, hit.dictionary, hit.index),
    }),
  );
  const others = dictionaries.filter(({ href }) => href !== address);
  return [...exact, ...others, ...labelled, ...words];
}

/** The last word of the text and those that begin with it, by how many features fire on them. */
async function suggestWords(viewer: Viewer, text: string): Promise<Suggestion[]> {
  const words = wordsOf(text);
  const last = words.pop();
  if (last === undefined || last.includes("/")) return [];
  const searchable = await listSearchable(viewer, { model: "", dictionary: "" });
  const counts = new Map<string, number>();
  for (const id of new Set(searchable.map((one) => one.vocabulary_id))) {
    const vocabulary = await getVocabulary(id);
    const revisions = searchable.filter((one) => one.vocabulary_id === id && one.indexed);
    const candidates = wordsBeginningWith(vocabulary, last, LOOKED_UP);
    const wordOf = new Map(
      candidates.flatMap((word) => formsOf(vocabulary, word).map((form) => [form.id, word])),
    );
    const { rows } = await pool().query<{ token_id: number; features: number }>(
      `SELECT token_id, sum(features)::int AS features FROM token_features
       WHERE revision_id = ANY($1::int[]) AND token_id = ANY($2::int[]) GROUP BY token_id`,
      [revisions.map((one) => one.id), [...wordOf.keys()]],
    );
    for (const { token_id, features } of rows) {
      const word = wordOf.get(token_id) ?? "";
      counts.set(word, (counts.get(word) ?? 0) + features);
    }
  }
  const isTyped = (word: string) => (word === last.toLowerCase() ? 1 : 0);
  return [...counts]
    .sort(([a, x], [b, y]) => isTyped(b) - isTyped(a) || y - x)
    .slice(0, WORDS)
    .map(([word, features]) => {
      const q = [...words, word === last.toLowerCase() ? last : word].join(" ");
      return {
        kind: "token",
        text: q,
        detail:
          words.length > 0 ? "features that fire on all" : `${formatCount(features)} features`,
        href: searchFor(shortSearch({ q, in: "tokens" })),
      };
    });
}
