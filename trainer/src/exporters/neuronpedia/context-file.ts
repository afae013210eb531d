import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { readTable } from "../../bundle/files.ts";
import { tables } from "../../bundle/index.ts";

/** The contexts of a bundle, their tokens in a file aside: there may be more than memory holds. */
export class ContextFile {
  #path: string;
  #fd: number;
  /** context → where its tokens begin in the file, and how many there are */
  #places = new Map<number, [number, number]>();

  private constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, "wx+");
  }

  static async of(bundle: string, path: string): Promise<ContextFile> {
    const file = new ContextFile(path);
    let at = 0;
    for await (const block of readTable(join(bundle, tables.contexts.file), tables.contexts))
      for (const { context, tokens } of block) {
        writeSync(file.#fd, Int32Array.from(tokens));
        file.#places.set(context, [at, tokens.length]);
        at += tokens.length;
      }
    return file;
  }

  /** At most n token ids of a context, from a position on. */
  tokens(context: number, start: number, n: number): Int32Array {
    const [at, length] = this.#places.get(context) ?? [0, 0];
    const tokens = new Int32Array(Math.max(0, Math.min(n, length - start)));
    readSync(this.#fd, tokens, 0, tokens.byteLength, 4 * (at + start));
    return tokens;
  }

  remove(): void {
    closeSync(this.#fd);
    rmSync(this.#path);
  }
}
