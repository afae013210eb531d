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
