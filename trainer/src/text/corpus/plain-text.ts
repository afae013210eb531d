import { readLines } from "./lines.ts";
import { cutAt, type Piece } from "./piece.ts";
import type { ReadFile } from "./read-file.ts";

/** What parts the documents of a text file, on a line of its own. */
const SEPARATOR = "<|endoftext|>";

/** The documents of a text file; white space around them belongs to its layout and is left out. */
export const plainTextPieces: ReadFile = async function* (file, { onBytes, piece }) {
  let text = "";
  let part: Piece["part"] = "whole";
  const takeLast = (): Piece => {
    const last = { text: text.trimEnd(), part };
    text = "";
    part = "whole";
    return last;
  };
  for await (const { text: line } of readLines(file, onBytes)) {
    if (line.trim() === SEPARATOR) {
      yield takeLast();
      continue;
    }
    text = text === "" && part === "whole" ? line.trimStart() : `${text}\n${line}`;
    while (text.length > piece) {
      const at = cutAt(text, piece);
      yield { text: text.slice(0, at), part: part === "whole" ? "first" : "next" };
      part = "next";
      text = text.slice(at);
    }
  }
  if (text.trim() !== "") yield takeLast();
};
