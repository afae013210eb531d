import { copyFile, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { isCommit, type Repo } from "./repo.ts";
import type { HubSettings } from "./settings.ts";

/**
 * Where Python's huggingface_hub keeps a repository, so that either finds what the other fetched:
 *
 *     models--ORG--NAME/blobs/ETAG                  the bytes, once
 *     models--ORG--NAME/snapshots/COMMIT/PATH   →   ../../blobs/ETAG
 *     models--ORG--NAME/refs/REVISION               the commit that a branch or tag stood at
 */
export type RepoFolder = { dir: string; blobs: string; locks: string };

export function repoFolder({ cache }: HubSettings, { type, id }: Repo): RepoFolder {
  const name = [`${type}s`, ...id.split("/")].join("--");
  const dir = join(cache, name);
  return { dir, blobs: join(dir, "blobs"), locks: join(cache, ".locks", name) };
}

export function snapshotFolder({ dir }: RepoFolder, commit: string): string {
  return join(dir, "snapshots", commit);
}

/** The commit that a revision stood at when the hub was last asked, or null. */
export async function readRef({ dir }: RepoFolder, revision: string): Promise<string | null> {
  const text = await readFile(join(dir, "refs", revision), "utf8").catch(() => "");
  return isCommit(text.trim()) ? text.trim() : null;
}

export async function writeRef(folder: RepoFolder, revision: string, commit: string) {
  if (revision === commit || (await readRef(folder, revision)) === commit) return;
  const path = join(folder.dir, "refs", revision);
  const partial = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(partial, commit);
  await rename(partial, path);
}

/** Shows a blob under its name in a snapshot: as a link or, where there are none, as the file itself. */
export async function showBlob(blob: string, path: string, isNew: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true }); // a link whose blob is gone
  try {
    await symlink(relative(dirname(path), blob), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return; // another process's link
    if (isNew) return rename(blob, path);
    await copyFile(blob, `${path}.tmp`);
    await rename(`${path}.tmp`, path);
  }
}
