import "server-only";
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { writeStream } from "trainer/bundle/files";
import { env } from "./env.ts";

/** Where files live; a key is a path of slashes. A file is whole or absent. */
export type Storage = {
  put(key: string, source: AsyncIterable<Uint8Array>): Promise<void>;
  /** bytes [start, end) of the file; all of it by default */
  read(key: string, range?: { start: number; end: number }): Readable;
  /** bytes of the file, or null if it is not there */
  size(key: string): Promise<number | null>;
  /** its place on this machine's disk, for programs that take a file */
  place(key: string): string;
  delete(key: string): Promise<void>;
  list(prefix: string): Promise<string[]>;
  /** removes what processes that were killed had begun to put */
  sweep(): Promise<void>;
};

export function storage(): Storage {
  return folderStorage(join(env().DATA_DIR, "files"));
}

/** Where an upload lies until its job has ended. */
export function uploadKey(upload: string): string {
  return `uploads/${upload}`;
}

/** Where a revision's bundle lies, as one tar. */
export function bundleKey(manifest_sha256: string): string {
  return `bundles/${manifest_sha256}.tar`;
}

const PARTS = ".parts";

export function folderStorage(root: string): Storage {
  return {
    async put(key, source) {
      const part = join(root, PARTS, `${hostname()}~${process.pid}~${randomUUID()}`);
      const path = join(root, key);
      await mkdir(dirname(part), { recursive: true });
      await mkdir(dirname(path), { recursive: true });
      try {
        await writeStream(part, source, { flush: true });
        await rename(part, path);
      } catch (error) {
        await rm(part, { force: true });
        throw error;
      }
    },

    read(key, range) {
      const path = join(root, key);
      if (!range) return createReadStream(path);
      if (range.start >= range.end) return Readable.from([]);
      return createReadStream(path, { start: range.start, end: range.end - 1 });
    },

    async size(key) {
      const found = await stat(join(root, key)).catch(nullIfMissing);
      return found === null ? null : found.size;
    },

    place: (key) => join(root, key),

    async delete(key) {
      await rm(join(root, key), { force: true });
    },

    async list(prefix) {
      const folder = join(root, prefix);
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
        nullIfMissing,
      );
      return (entries ?? [])
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
        .sort();
    },

    async sweep() {
      for (const key of await this.list(PARTS)) if (isAbandoned(key)) await this.delete(key);
    },
  };
}

/** A part is abandoned when the process that wrote it, on this machine, is no more. */
function isAbandoned(key: string): boolean {
  const [host, pid] = key.slice(PARTS.length + 1).split("~");
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
