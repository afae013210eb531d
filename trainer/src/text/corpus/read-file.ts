import type { LocalFile } from "./bytes.ts";
import type { Piece } from "./piece.ts";

export type ReadOptions = {
  /** the column that holds the documents, where a file has several */
  column: string | null;
  /** hears how far the file has been read */
  onBytes(bytes: number): void;
  /** characters of a piece at most */
  piece: number;
};

/** Reads the documents of a file of one format, one at a time. */
export type ReadFile = (file: LocalFile, options: ReadOptions) => AsyncGenerator<Piece>;
