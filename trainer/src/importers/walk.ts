import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { litter } from "../bundle/archive/entries.ts";
import { BundleError } from "../bundle/index.ts";
import type { InputFile } from "./foreign.ts";

/** Of a folder or an archive. */
export const MAX_FILES = 10_000;
/** Folders within one another. */
export const MAX_FOLDERS = 16;

/** The files of a folder and of those in it, by name. Links are not followed, and hidden files left out. */
export async function walk(root: string, signal?: AbortSignal): Promise<InputFile[]> {
  const files: InputFile[] = [];
  let links = 0;
  const visit = async (folder: string, depth: number) => {
    signal?.throwIfAborted();
    if (depth > MAX_FOLDERS)
      throw new BundleError(`${folder}: more than ${MAX_FOLDERS} folders within one another`);
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith(".") || litter.has(entry.name)) continue;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isSymbolicLink()) links++;
      else if (entry.isDirectory()) await visit(path, depth + 1);
      else if (entry.isFile()) {
        const file = join(root, path);
        files.push({ path, file, bytes: (await stat(file)).size });
      }
      if (files.length > MAX_FILES)
        throw new BundleError(`${root}: more than ${MAX_FILES} files; name the folder of one run`);
    }
  };
  await visit("", 0);
  if (files.length === 0)
    throw new BundleError(
      `${root}: it holds no files${links > 0 ? `, but ${links} links, which are not followed` : ""}`,
    );
  return files;
}
