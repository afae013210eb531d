import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ArchiveSource, readArchive } from "../bundle/archive/archive.ts";
import { exactly, placeOf } from "../bundle/archive/entries.ts";
import { BundleError } from "../bundle/index.ts";
import { holderOf, lockFolder } from "../bundle/lock.ts";
import { writeStream } from "../bundle/write-stream.ts";
import type { InputFile } from "./foreign.ts";
import { MAX_FILES, MAX_FOLDERS } from "./walk.ts";

const PREFIX = "foreign-dictionary-";

type Unpacked = { files: InputFile[]; close(): Promise<void> };
type Options = { limit_bytes: number; signal?: AbortSignal; tmp_dir?: string };

/**
 * The files of an archive, in a folder that `close` removes; the next of this kind removes it when this process was
 * killed. On the disk they have numbers for names: no name of an archive's is ever one of the disk's.
 */
export async function unpack(
  source: ArchiveSource,
  { limit_bytes, signal, tmp_dir = tmpdir() }: Options,
): Promise<Unpacked> {
  await removeForsaken(tmp_dir);
  const dir = await mkdtemp(join(tmp_dir, PREFIX));
  lockFolder(dir);
  const close = () => rm(dir, { recursive: true, force: true });
  try {
    const files: InputFile[] = [];
    const seen = new Set<string>();
    let written = 0;
    for await (const entry of readArchive(source, limit_bytes)) {
      signal?.throwIfAborted();
      const parts = placeOf(entry);
      if (!parts || parts.some((part) => part.startsWith("."))) continue;
      const path = parts.join("/");
      checkPath(path, parts, seen);
      if (files.length >= MAX_FILES) throw new BundleError(`more than ${MAX_FILES} files`);
      written += entry.bytes;
      if (written > limit_bytes)
        throw new BundleError(`the archive unpacks to more than ${limit_bytes} bytes`);
      const file = join(dir, String(files.length));
      await writeStream(file, exactly(entry), { flags: "wx", signal });
      files.push({ path, file, bytes: entry.bytes });
    }
    if (files.length === 0) throw new BundleError("the archive holds no files");
    return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function checkPath(path: string, parts: string[], seen: Set<string>): void {
  if (parts.length > MAX_FOLDERS)
    throw new BundleError(`${path}: more than ${MAX_FOLDERS} folders within one another`);
  if (seen.has(path)) throw new BundleError(`${path}: twice in the archive`);
  seen.add(path);
}

/** Removes what processes left that were killed; one that has just begun has a minute to lock its folder. */
async function removeForsaken(tmp_dir: string): Promise<void> {
  for (const name of await readdir(tmp_dir)) {
    if (!name.startsWith(PREFIX)) continue;
    const dir = join(tmp_dir, name);
    const age = await stat(dir).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > 60_000 && holderOf(dir) === null)
      await rm(dir, { recursive: true, force: true }).catch(() => {}); // somebody else's
  }
}
