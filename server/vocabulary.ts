import "server-only";
import { gunzipSync, gzipSync } from "node:zlib";
import { db } from "./db.ts";

/** Token id → text. */
export type Vocabulary = readonly string[];

export function packVocabulary(tokens: Vocabulary): Buffer {
  return gzipSync(JSON.stringify(tokens));
}

function unpackVocabulary(bytes: Uint8Array): Vocabulary {
  return JSON.parse(gunzipSync(bytes).toString());
}

/** A vocabulary is a few megabytes and never changes: the most recently used ones are kept. */
const KEPT = 8;
const kept = new Map<number, Promise<Vocabulary>>();

export function getVocabulary(id: number): Promise<Vocabulary> {
  const vocabulary = kept.get(id) ?? readVocabulary(id);
  kept.delete(id); // and set again: a Map's order is the order of setting
  kept.set(id, vocabulary);
  const oldest = kept.keys().next();
  if (kept.size > KEPT && !oldest.done) kept.delete(oldest.value);
  vocabulary.catch(() => kept.delete(id));
  return vocabulary;
}

export function tokenText(vocabulary: Vocabulary, id: number): string {
  return vocabulary[id] ?? "\uFFFD";
}

/** The tokens that contain the text, in either case. */
export function idsContaining(vocabulary: Vocabulary, text: string): number[] {
  const wanted = text.toLowerCase();
  return vocabulary.flatMap((token, id) => (token.toLowerCase().includes(wanted) ? [id] : []));
}

async function readVocabulary(id: number): Promise<Vocabulary> {
  const row = await db().vocabulary.findUniqueOrThrow({ where: { id }, select: { tokens: true } });
  return unpackVocabulary(row.tokens);
}
