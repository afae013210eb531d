import { type Position, readDocuments } from "./documents.ts";
import type { Piece } from "./piece.ts";
import { shuffled } from "./shuffle.ts";
import type { TextFile } from "./text-file.ts";
import { type Skipped, usable } from "./usable.ts";

export type CorpusOptions = {
  files: TextFile[];
  text_column: string | null;
  shuffle_documents: number;
  shuffle_seed: number;
};

type CorpusPosition = Position & {
  /** of the documents that were not left out */
  characters: number;
};

/** The documents that are tokenized, in their order, and how far reading has come. */
export function readCorpus(options: CorpusOptions): {
  pieces: AsyncIterable<Piece>;
  position: CorpusPosition;
  skipped: Skipped;
} {
  const position = { files: 0, bytes: 0, characters: 0 };
  const skipped = { empty: 0, binary: 0 };
  const all = readDocuments(options.files, options.text_column, position);
  const pieces = shuffled(counted(usable(all, skipped), position), {
    documents: options.shuffle_documents,
    seed: options.shuffle_seed,
  });
  return { pieces, position, skipped };
}

async function* counted(
  pieces: AsyncIterable<Piece>,
  position: CorpusPosition,
): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    position.characters += piece.text.length;
    yield piece;
  }
}
