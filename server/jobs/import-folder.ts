import "server-only";
import { copyFile, link, mkdir, readdir, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { BundleError } from "trainer/bundle";
import { modelCache } from "../child-env.ts";
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

/**
 * Of a child on this job: where it unpacks, and its own cache of a model hub, so that what it fetches goes with the job. It
 * has no token: public repositories alone are fetched.
 */
export function childEnv(job: string): Record<string, string> {
  const at = (name: string) => join(importFolder(job), name);
  return { TMPDIR: at("tmp"), HF_HUB_CACHE: at("hub"), HF_TOKEN_PATH: at("no-token") };
}

/** Lets the job's cache have a repository's model, if it is installed here, and the datasets that are. */
export async function lendModel(job: string, model: string): Promise<void> {
  const [from, to] = [modelCache(), join(importFolder(job), "hub")];
  const repository = `models--${model.split("@")[0]?.replaceAll("/", "--")}`;
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from).catch(() => []))
    if (name === repository || name.startsWith("datasets--"))
      await symlink(join(from, name), join(to, name)).catch((error) => {
        if (error.code !== "EEXIST") throw error;
      });
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
