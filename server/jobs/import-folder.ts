import "server-only";
import { copyFile, link, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { BundleError } from "trainer/bundle";
import { env } from "../env.ts";
import { storage, uploadKey } from "../storage.ts";

/** Where imports work, each in a folder named by its job. */
export function importsFolder(): string {
  return join(env().DATA_DIR, "imports");
}

export function importFolder(job: string): string {
  return join(importsFolder(), job);
}

/** What a job's trainer is given: a repository's name, or the upload under the name that it was sent as. */
export async function inputOf(
  job: string,
  upload: { id: string; filename: string; source: string | null },
): Promise<string> {
  const folder = importFolder(job);
  await mkdir(join(folder, "tmp"), { recursive: true });
  if (upload.source !== null) return upload.source;
  const stored = storage().place(uploadKey(upload.id));
  const given = join(folder, "input", fileName(upload.filename));
  await mkdir(join(folder, "input"), { recursive: true });
  await rm(given, { force: true });
  await link(stored, given).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT")
      throw new BundleError("the uploaded file is no longer there; upload it again");
    await copyFile(stored, given); // another disk, or one without links
  });
  return given;
}

export async function removeImport(job: string): Promise<void> {
  await rm(importFolder(job), { recursive: true, force: true });
}

/** Bytes of the files in a folder, at any depth; what goes meanwhile counts nothing. */
export async function folderBytes(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries)
    if (entry.isFile())
      bytes += await stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      );
  return bytes;
}

/** A name that is a name on every disk and no flag. */
function fileName(name: string): string {
  return name.replaceAll(/[^\w.-]/g, "_").replace(/^[.-]+/, "") || "upload";
}
