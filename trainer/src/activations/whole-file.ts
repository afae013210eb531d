import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { withDiskErrors } from "./disk.ts";

/** A file that gets its name when it is whole, and is hashed as it is written. */
export class WholeFile {
  #path: string;
  #file: FileHandle;
  #hash: Hash = createHash("sha256");
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async create(path: string): Promise<WholeFile> {
    return new WholeFile(path, await withDiskErrors(path, () => open(`${path}.tmp`, "w")));
  }

  /** Returns once what was given before is written: one piece is made while the other goes to the disk. */
  async append(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    await withDiskErrors(this.#path, () => this.#writing);
    this.#writing = this.#file.writeFile(bytes);
    this.#writing.catch(() => {}); // seen at the next await
  }

  /** Brings all of it to the disk, and returns its sha256. */
  async finish(): Promise<string> {
    await withDiskErrors(this.#path, async () => {
      await this.#writing;
      await this.#file.sync();
    });
    await this.#file.close();
    await rename(`${this.#path}.tmp`, this.#path);
    return this.#hash.digest("hex");
  }

  async discard(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#file.close();
    await rm(`${this.#path}.tmp`, { force: true });
  }
}
