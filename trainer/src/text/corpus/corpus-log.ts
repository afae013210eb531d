import { createHash } from "node:crypto";
import { isHeldOut } from "./held-out.ts";
import type { Piece } from "./piece.ts";

/** What there is to say of the documents so far: how many, on which side, and their sha256. */
export class CorpusLog {
  pieces = 0;
  characters = 0;
  documents = { held_out: 0, training: 0 };
  #fraction: number;
  #hash = createHash("sha256");
  #isHeldOut = false;

  constructor(held_out_fraction: number) {
    this.#fraction = held_out_fraction;
  }

  /** The side of a piece's document; the first piece decides. */
  isHeldOut({ text, part }: Piece): boolean {
    if (part !== "next") this.#isHeldOut = isHeldOut(text, this.#fraction);
    return this.#isHeldOut;
  }

  add({ text, part }: Piece): void {
    this.pieces++;
    this.characters += text.length;
    if (part !== "next") {
      this.documents[this.#isHeldOut ? "held_out" : "training"]++;
      this.#hash.update("<|endoftext|>");
    }
    this.#hash.update(text);
  }

  /** of <|endoftext|> and the text of each document, in order */
  get sha256(): string {
    return this.#hash.copy().digest("hex");
  }
}
