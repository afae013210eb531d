import { Random } from "../../tensor/random.ts";
import type { Piece } from "./piece.ts";

/** Characters that are held at most, so that memory is bounded whatever the documents' length. */
const MAX_CHARACTERS = 2 ** 26;

/**
 * Documents in random order, as far as a buffer of `documents` of them goes: once it is full, one
 * drawn at random goes out for each that comes in. A document in several pieces passes it by. The
 * order depends on the seed, the sizes and the documents alone; a buffer of 0 keeps it.
 */
export async function* shuffled(
  pieces: AsyncIterable<Piece>,
  { documents, seed }: { documents: number; seed: number },
  maxCharacters = MAX_CHARACTERS,
): AsyncGenerator<Piece> {
  const random = new Random(seed, "documents");
  const buffer: Piece[] = [];
  let characters = 0;
  const takeOne = () => {
    const i = random.int(buffer.length);
    const taken = buffer[i];
    buffer[i] = buffer[buffer.length - 1];
    buffer.pop();
    characters -= taken.text.length;
    return taken;
  };
  for await (const piece of pieces) {
    if (piece.part !== "whole") {
      yield piece;
      continue;
    }
    buffer.push(piece);
    characters += piece.text.length;
    while (buffer.length > documents || characters > maxCharacters) yield takeOne();
  }
  while (buffer.length > 0) yield takeOne();
}
