import "server-only";
import { gunzipSync, gzipSync } from "node:zlib";
import { db } from "./db.ts";
import { keep } from "./kept.ts";

/** Token id → text. */
export type Vocabulary = readonly string[];

export function packVocabulary(tokens: Vocabulary): Buffer {
  return gzipSync(JSON.stringify(tokens));
}

function unpackVocabulary(bytes: Uint8Array): Vocabulary {
  return JSON.parse(gunzipSync(bytes).toString());
}

/** A vocabulary is a few megabytes and never changes. */
export const getVocabulary = keep(8, async (id: number): Promise<Vocabulary> => {
  const row = await db().vocabulary.findUniqueOrThrow({ where: { id }, select: { tokens: true } });
  return unpackVocabulary(row.tokens);
});

export function tokenText(vocabulary: Vocabulary, id: number): string {
  return vocabulary[id] ?? "\uFFFD";
}

/** The tokens that contain the text, in either case. */
export function idsContaining(vocabulary: Vocabulary, text: string): number[] {
  const wanted = text.toLowerCase();
  return vocabulary.flatMap((token, id) => (token.toLowerCase().includes(wanted) ? [id] : []));
}

/** Token id → its place when tokens are sorted as words: by their text without space before it, in either case. */
export function wordOrder(vocabulary: Vocabulary): number[] {
  const known = orders.get(vocabulary);
  if (known) return known;
  const keys = vocabulary.map((token) => token.trimStart().toLowerCase());
  const sorted = keys.map((_, id) => id).sort((a, b) => compare(keys[a], keys[b]) || a - b);
  const order = new Array<number>(keys.length);
  for (const [place, id] of sorted.entries()) order[id] = place;
  orders.set(vocabulary, order);
  return order;
}

const orders = new WeakMap<Vocabulary, number[]>();

function compare(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
