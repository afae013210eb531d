import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { describeCfg, saelensCfg } from "./cfg.ts";
import { BundleError } from "./errors.ts";
import { evaluation } from "./evaluation.ts";
import { hashFile } from "./hash.ts";
import { readJson } from "./json-files.ts";
import {
  BUNDLE_VERSION,
  type BundleFile,
  bundleFiles,
  type Manifest,
  manifest,
} from "./manifest.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Writes manifest.json over the finished files of a bundle: last, and by renaming, so a bundle with
 * a manifest is a complete bundle. Answers what it wrote.
 */
export async function sealBundle(
  dir: string,
  about: Pick<Manifest, "model_id" | "name" | "provenance"> & { created_at?: string },
): Promise<Manifest> {
  const cfg = await readJson(join(dir, "cfg.json"), saelensCfg);
  const { metrics } = await readJson(join(dir, "evaluation.json"), evaluation);
  const value = manifest.parse({
    bundle_version: BUNDLE_VERSION,
    model_id: about.model_id,
    name: about.name,
    created_at: about.created_at ?? new Date().toISOString(),
    files: await hashFiles(dir),
    sae: describeCfg(cfg),
    provenance: about.provenance,
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, { value }]) => [name, value]),
    ) as Metrics,
  });
  const path = join(dir, "manifest.json");
  await writeFlushed(`${path}.tmp`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${path}.tmp`, path);
  return value;
}

async function hashFiles(dir: string): Promise<Manifest["files"]> {
  const files: Manifest["files"] = {};
  for (const [name, { required }] of Object.entries(bundleFiles)) {
    try {
      files[name as BundleFile] = await hashFile(join(dir, name));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
      if (required) throw new BundleError(`${name}: missing`, { cause });
    }
  }
  return files;
}

async function writeFlushed(path: string, text: string): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, "wx");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
