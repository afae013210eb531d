import { jsonLinesPieces } from "./json-lines.ts";
import { parquetPieces } from "./parquet.ts";
import { PIECE, type Piece } from "./piece.ts";
import { plainTextPieces } from "./plain-text.ts";
import type { ReadFile } from "./read-file.ts";
import type { Format, TextFile } from "./text-file.ts";

const readers: Record<Format["kind"], ReadFile> = {
  text: plainTextPieces,
  jsonl: jsonLinesPieces,
  parquet: parquetPieces,
};

/** How far the documents have been read: files begun, and bytes of all files. */
export type Position = { files: number; bytes: number };

/** The documents of one file after the other; a file is fetched when its turn has come. */
export async function* readDocuments(
  files: TextFile[],
  column: string | null,
  position: Position = { files: 0, bytes: 0 },
  piece = PIECE,
): AsyncGenerator<Piece> {
  for (const file of files) {
    const before = position.bytes;
    position.files++;
    const { kind, packing } = file.format;
    const local = { path: await file.fetch(), name: file.name, packing };
    const onBytes = (bytes: number) => {
      position.bytes = before + Math.min(bytes, file.bytes);
    };
    yield* readers[kind](local, { column, onBytes, piece });
    position.bytes = before + file.bytes;
  }
}
