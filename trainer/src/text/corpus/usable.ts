import type { Piece } from "./piece.ts";

/** How many documents were left out, and why. */
export type Skipped = { empty: number; binary: number };

/** So many characters of a document tell whether it is text. */
const HEAD = 2 ** 16;
const MAX_CONTROL = 0.1;

/** The documents that hold text; the others are counted. The first piece decides for a long one. */
export async function* usable(
  pieces: AsyncIterable<Piece>,
  skipped: Skipped,
): AsyncGenerator<Piece> {
  let isUsed = true;
  for await (const piece of pieces) {
    if (piece.part !== "next") {
      const isEmpty = piece.part === "whole" && !/\S/.test(piece.text);
      isUsed = !isEmpty && !isBinary(piece.text);
      if (!isUsed) skipped[isEmpty ? "empty" : "binary"]++;
    }
    if (isUsed) yield piece;
  }
}

/**
 * A document is binary when its first 65,536 characters hold a NUL, or when more than a tenth of
 * them are U+FFFD or control characters other than tab, line feed, form feed and carriage return.
 */
export function isBinary(text: string): boolean {
  const head = text.slice(0, HEAD);
  if (head.includes("\0")) return true;
  const control = head.match(/[^\P{Cc}\t\n\f\r]|\ufffd/gu)?.length ?? 0;
  return control > MAX_CONTROL * head.length;
}
