import { copyFile, link, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readJson } from "./json-files.ts";
import { type Manifest, manifest } from "./manifest.ts";
import { sealBundle } from "./seal.ts";

/**
 * Changes files of a sealed bundle, all or none: `write` gets a folder beside it that holds its files but
 * the manifest, and puts others in their place, by renaming, as everything here writes. Then that folder
 * is sealed and takes the bundle's place. Whoever opens a bundle that may have been left half-way calls
 * `recoverBundle` first.
 */
export async function amendBundle(
  dir: string,
  write: (next: string) => Promise<void>,
): Promise<Manifest> {
  await recoverBundle(dir);
  const { model_id, name, provenance } = await readJson(join(dir, "manifest.json"), manifest);
  const { next, before } = beside(dir);
  await rm(next, { recursive: true, force: true });
  await mkdir(next);
  for (const file of await readdir(dir))
    if (file !== "manifest.json") await linkOrCopy(join(dir, file), join(next, file));
  await write(next);
  const sealed = await sealBundle(next, { model_id, name, provenance });
  await rename(dir, before);
  await rename(next, dir);
  await rm(before, { recursive: true });
  return sealed;
}

/** Ends what a kill interrupted: the bundle is then as it was before its amendment, or as after it. */
export async function recoverBundle(dir: string): Promise<void> {
  const { next, before } = beside(dir);
  if (await exists(dir)) {
    await rm(before, { recursive: true, force: true });
    return;
  }
  if (!(await exists(before))) return;
  // the new one was sealed before the old one made way for it
  await readJson(join(next, "manifest.json"), manifest);
  await rename(next, dir);
  await rm(before, { recursive: true });
}

function beside(dir: string): { next: string; before: string } {
  return { next: `${dir}.next`, before: `${dir}.before` };
}

/** A link costs nothing; some disks have none. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
