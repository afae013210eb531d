import "server-only";
import type { Vocabulary } from "./vocabulary.ts";

/** Tokens that stand for one word: 0 is the word itself, 1 with a space before it, 2 in another case. */
export type Form = { id: number; text: string; distance: 0 | 1 | 2 };

const MOST_WORDS = 8;

/** The words of what was typed, each once; more than eight are left out. */
export function wordsOf(text: string): string[] {
  return [...new Set(text.split(/\s+/).filter((word) => word !== ""))].slice(0, MOST_WORDS);
}

/** All tokens whose text is the word, with or without a leading space and in either case, nearest first. */
export function formsOf(vocabulary: Vocabulary, word: string): Form[] {
  return (idsByText(vocabulary).get(word.toLowerCase()) ?? [])
    .map((id) => {
      const text = vocabulary[id] ?? "";
      return { id, text, distance: text === word ? 0 : text === ` ${word}` ? 1 : 2 } as const;
    })
    .sort((a, b) => a.distance - b.distance || a.id - b.id);
}

/** Words of the vocabulary that begin with the text, the shortest first. */
export function wordsBeginningWith(vocabulary: Vocabulary, text: string, limit: number): string[] {
  const wanted = text.toLowerCase();
  return [...idsByText(vocabulary).keys()]
    .filter((word) => word.startsWith(wanted))
    .sort((a, b) => a.length - b.length)
    .slice(0, limit);
}

/** A vocabulary never changes, and is kept for as long as anybody holds it. */
const known = new WeakMap<Vocabulary, Map<string, number[]>>();

function idsByText(vocabulary: Vocabulary): Map<string, number[]> {
  let ids = known.get(vocabulary);
  if (!ids) {
    ids = new Map();
    for (const [id, token] of vocabulary.entries()) {
      const text = token.replace(/^ /, "").toLowerCase();
      const same = ids.get(text);
      if (same) same.push(id);
      else ids.set(text, [id]);
    }
    known.set(vocabulary, ids);
  }
  return ids;
}
