/**
 * A document, or a part of one that is long; the parts of a document follow each other, and the
 * tokens of the parts are those of the whole.
 */
export type Piece = { text: string; part: "whole" | "first" | "next" };

/** Characters of a piece at most, so that memory is bounded. */
export const PIECE = 2 ** 20;

/** A document that is in memory as a whole. */
export function* piecesOf(text: string, limit = PIECE): Generator<Piece> {
  if (text.length <= limit) {
    yield { text, part: "whole" };
    return;
  }
  let part: Piece["part"] = "first";
  let rest = text;
  while (rest.length > limit) {
    const at = cutAt(rest, limit);
    yield { text: rest.slice(0, at), part };
    rest = rest.slice(at);
    part = "next";
  }
  yield { text: rest, part };
}

/**
 * Where to cut, in (limit / 2, limit]: before a single space between two letters, where all
 * tokenizers cut anyway; else after a letter or digit at a line's end; else anywhere.
 */
export function cutAt(text: string, limit: number): number {
  const between = (end: string, left: RegExp, right: RegExp) => {
    let at = text.lastIndexOf(end, limit - 1);
    while (at > limit / 2 && !(left.test(text[at - 1]) && right.test(text[at + 1])))
      at = text.lastIndexOf(end, at - 1);
    return at > limit / 2 ? at : null;
  };
  const anywhere = /[\ud800-\udbff]/.test(text[limit - 1]) ? limit - 1 : limit;
  return between(" ", /\p{L}/u, /\p{L}/u) ?? between("\n", /[\p{L}\p{N}]/u, /^/) ?? anywhere;
}
