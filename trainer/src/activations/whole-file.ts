import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { withDiskErrors } from "./disk.ts";

/** Pieces that may wait for the disk: who makes them need not, when the event loop comes round only now and then. */
const MOST_WAITING = 4;

/** A file that gets its name when it is whole, and is hashed as it is written. */
export class WholeFile {
  #path: string;
  #file: FileHandle;
  #hash: Hash = createHash("sha256");
  /** in order, those that are not known to be done */
  #writing: Promise<void>[] = [];

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<WholeFile> {
    return new WholeFile(path, await withDiskErrors(path, () => open(`${path}.tmp`, "w")));
  }

  /** Returns before it is written, unless the disk is several pieces behind. */
  async append(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    const before = this.#writing.at(-1) ?? Promise.resolve();
    const writing = before.then(() => this.#file.writeFile(bytes));
    writing.catch(() => {}); // seen when it is awaited
    this.#writing.push(writing);
    if (this.#writing.length > MOST_WAITING)
      await withDiskErrors(this.#path, async () => this.#writing.shift());
  }

  /** Brings all of it to the disk, and returns its sha256. */
  async finish(): Promise<string> {
    await withDiskErrors(this.#path, async () => {
      await this.#writing.at(-1);
      await this.#file.sync();
    });
    await this.#file.close();
    await rename(`${this.#path}.tmp`, this.#path);
    return this.#hash.digest("hex");
  }

  async discard(): Promise<void> {
    await this.#writing.at(-1)?.catch(() => {});
    await this.#file.close();
    await rm(`${this.#path}.tmp`, { force: true });
  }
}
