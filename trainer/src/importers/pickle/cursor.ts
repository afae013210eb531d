import { BundleError } from "../../bundle/index.ts";
import type { ReadAt } from "../read-at.ts";

const BLOCK_BYTES = 1 << 16;
const LINE_END = 0x0a;

/** Reads a pickle from wherever it lies, a block at a time. */
export class Cursor {
  at: number;
  readonly read: ReadAt;
  readonly end: number;
  readonly where: string;
  #block = Buffer.alloc(0);
  #blockAt = 0;

  /** @param where what it is, for messages: a file, and a member of it */
  constructor(
    read: ReadAt,
    { start = 0, end, where }: { start?: number; end: number; where: string },
  ) {
    this.read = read;
    this.at = start;
    this.end = end;
    this.where = where;
  }

  /** The next bytes; whoever asks bounds their number. */
  take(length: number): Buffer {
    this.#need(length);
    const bytes = this.#ahead(length);
    this.at += length;
    return bytes;
  }

  skip(length: number): void {
    this.#need(length);
    this.at += length;
  }

  byte(): number {
    const from = this.at - this.#blockAt;
    if (from < 0 || from >= this.#block.length) return this.take(1)[0];
    this.at++;
    return this.#block[from];
  }

  uint16(): number {
    return this.take(2).readUInt16LE();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  int32(): number {
    return this.take(4).readInt32LE();
  }

  /** A length of eight bytes. */
  uint64(): number {
    const length = Number(this.take(8).readBigUInt64LE());
    this.#need(length);
    return length;
  }

  /** Up to the end of the line, without it. */
  line(most: number): Buffer {
    const from = this.at - this.#blockAt;
    const rest = from < 0 ? -1 : this.#block.subarray(from, from + most + 1).indexOf(LINE_END);
    const within = Math.min(most + 1, this.end - this.at);
    const length = rest >= 0 ? rest : this.#ahead(within).indexOf(LINE_END);
    if (length < 0 && within > most) throw this.error(`a line of more than ${most} bytes`);
    if (length < 0) throw this.error("a line that does not end; is it cut off?");
    const line = this.take(length);
    this.at++;
    return line;
  }

  error(what: string, at = this.at): BundleError {
    return new BundleError(`${this.where}: at byte ${at}: ${what}`);
  }

  #need(length: number): void {
    if (this.at + length > this.end)
      throw new BundleError(
        `${this.where}: at byte ${this.at}: ${length} bytes are announced, but it ends after ${this.end - this.at}; is it cut off?`,
      );
  }

  /** So many of the bytes that follow, which must be there. */
  #ahead(length: number): Buffer {
    let from = this.at - this.#blockAt;
    if (from < 0 || from + length > this.#block.length) {
      this.#block = Buffer.alloc(Math.min(Math.max(length, BLOCK_BYTES), this.end - this.at));
      this.#blockAt = this.at;
      this.read(this.#block, this.at);
      from = 0;
    }
    return this.#block.subarray(from, from + length);
  }
}
