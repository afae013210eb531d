import { BundleError } from "../bundle/index.ts";
import { readLines } from "./lines.ts";
import { END_OF_TEXT } from "./tokenizer.ts";

/** A document or, when it is long, a part of one; the parts of a document follow each other. */
export type Piece = { text: string; starts_document: boolean };

/** Long documents are cut into pieces of about so many characters, so that memory is bounded. */
const PIECE = 2 ** 20;

/** The documents of text files: a line of .jsonl is one, a line <|endoftext|> parts those of .txt. */
export async function* readDocuments(
  paths: string[],
  onBytes?: (bytes: number) => void,
  piece = PIECE,
): AsyncGenerator<Piece> {
  for (const path of paths)
    yield* /\.jsonl(\.gz)?$/.test(path)
      ? jsonlDocuments(path, onBytes)
      : textDocuments(path, piece, onBytes);
}

/** White space around a document belongs to the file's layout and is left out. */
async function* textDocuments(
  path: string,
  piece: number,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Piece> {
  let lines: string[] = [];
  let characters = 0;
  let starts_document = true;
  function* flush(): Generator<Piece> {
    const text = lines.join("\n").trimEnd();
    if (text.trim() !== "")
      yield { text: starts_document ? text.trimStart() : text, starts_document };
  }
  for await (const { text } of readLines(path, onBytes)) {
    if (text.trim() === END_OF_TEXT) {
      yield* flush();
      lines = [];
      characters = 0;
      starts_document = true;
      continue;
    }
    // Between a visible character and a newline every byte-level tokenizer cuts anyway.
    if (characters > piece && /\S$/.test(lines.at(-1) as string)) {
      yield* flush();
      lines = [""];
      characters = 0;
      starts_document = false;
    }
    lines.push(text);
    characters += text.length + 1;
  }
  yield* flush();
}

async function* jsonlDocuments(
  path: string,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Piece> {
  for await (const { text: line, number } of readLines(path, onBytes)) {
    if (line.trim() === "") continue;
    const text = textField(line);
    if (text === null)
      throw new BundleError(
        `${path}:${number}: expected a JSON object with the document in a string "text"`,
      );
    if (text !== "") yield { text, starts_document: true };
  }
}

function textField(line: string): string | null {
  try {
    const { text } = JSON.parse(line);
    return typeof text === "string" ? text : null;
  } catch {
    return null;
  }
}
