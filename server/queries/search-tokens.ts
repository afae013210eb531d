import "server-only";
import type { SearchQuery, TokenGroup, TokenSearch, Viewer } from "@/lib/views.ts";
import { type Form, formsOf, wordsBeginningWith, wordsOf } from "../token-forms.ts";
import { getVocabulary, type Vocabulary } from "../vocabulary.ts";
import { bestLabels } from "./labels.ts";
import { listSearchable, type Searchable } from "./searchable.ts";
import { examplesOf } from "./token-examples.ts";
import { type Hits, hitsOf } from "./token-hits.ts";

/** What is shown on a page: of many dictionaries the first features, or of one its features. */
const GROUPS = 10;
const HITS = 5;
const HITS_OF_ONE = 50;
const MOST_NEAR = 12;

type Found = { of: Searchable; vocabulary: Vocabulary; hits: Hits };

/** The features that fire on every word in their examples, dictionary by dictionary. */
export async function searchTokens(viewer: Viewer, query: SearchQuery): Promise<TokenSearch> {
  const words = wordsOf(query.q);
  const searchable = await listSearchable(viewer, query);
  const indexed = searchable.filter((one) => one.indexed);
  const vocabularies = await readVocabularies(searchable);
  const formsIn = new Map(
    [...vocabularies].map(([id, vocabulary]) => [
      id,
      words.map((word) => formsOf(vocabulary, word)),
    ]),
  );
  const found = words.length > 0 ? await findIn(indexed, vocabularies, formsIn) : [];
  const ofOne = query.dictionary !== "" && found.length === 1;
  const [groups, hits] = ofOne ? [1, HITS_OF_ONE] : [GROUPS, HITS];
  const first = (query.page - 1) * (ofOne ? hits : groups);
  const shown = ofOne ? found : found.slice(first, first + groups);
  const texts = words.map((word, w) => ({
    word,
    tokens: distinct([...formsIn.values()].map((forms) => forms[w] ?? [])),
  }));
  return {
    words: texts,
    groups: await Promise.all(shown.map((one) => toGroup(one, ofOne ? first : 0, hits))),
    found: found.length,
    searched: indexed.length,
    waiting: searchable.length - indexed.length,
    near: texts.flatMap(({ word, tokens }) =>
      tokens.length > 0
        ? []
        : [...vocabularies.values()].flatMap((one) => wordsBeginningWith(one, word, MOST_NEAR)),
    ),
  };
}

async function readVocabularies(searchable: Searchable[]): Promise<Map<number, Vocabulary>> {
  const ids = [...new Set(searchable.map((one) => one.vocabulary_id))];
  return new Map(await Promise.all(ids.map(async (id) => [id, await getVocabulary(id)] as const)));
}

/** The dictionaries that have a hit, in their order. */
async function findIn(
  searchable: Searchable[],
  vocabularies: Map<number, Vocabulary>,
  formsIn: Map<number, Form[][]>,
): Promise<Found[]> {
  const found = new Map<number, Hits>();
  for (const [vocabulary_id, words] of formsIn) {
    const of = searchable.filter((one) => one.vocabulary_id === vocabulary_id);
    for (const [id, hits] of await hitsOf(
      of.map(({ id }) => id),
      words,
    ))
      found.set(id, hits);
  }
  return searchable.flatMap((of) => {
    const hits = found.get(of.id);
    return hits ? [{ of, vocabulary: vocabularies.get(of.vocabulary_id) ?? [], hits }] : [];
  });
}

async function toGroup(found: Found, first: number, count: number): Promise<TokenGroup> {
  const { of, vocabulary, hits } = found;
  const shown = hits.slice(first, first + count);
  const indexes = shown.map((hit) => hit.feature);
  const [examples, labels] = await Promise.all([
    examplesOf(of.id, shown, vocabulary),
    bestLabels(of, indexes),
  ]);
  return {
    model: of.model,
    dictionary: of.slug,
    hook_name: of.hook_name,
    features: hits.count,
    cut: hits.cut,
    hits: shown.map(({ feature, form, activation, share }) => ({
      index: feature,
      token: form.text,
      activation,
      share,
      label: labels.get(feature) ?? null,
      example: examples.get(feature) ?? null,
    })),
  };
}

/** Tokens of several vocabularies, the nearest to the word first. */
function distinct(forms: Form[][]): string[] {
  const nearest = forms.flat().sort((a, b) => a.distance - b.distance);
  return [...new Set(nearest.map((form) => form.text))];
}
