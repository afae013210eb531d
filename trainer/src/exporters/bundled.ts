import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hashFile } from "../bundle/files.ts";
import { BundleError, type BundleFile, manifest, saelensCfg } from "../bundle/index.ts";
import { readSafetensors } from "../tensor/safetensors.ts";
import type { Bundled } from "./exporter.ts";

/** A bundle's dictionary out of its folder, each file that is read having the manifest's hash; close its weights. */
export async function openBundled(dir: string): Promise<Bundled> {
  const text = await readFile(join(dir, "manifest.json"), "utf8");
  const parsed = manifest.safeParse(parseJson(text));
  if (!parsed.success) throw new BundleError(`${dir}: its manifest.json is not one`);
  const path = async (name: BundleFile) => {
    const stated = parsed.data.files[name];
    const found = await hashFile(join(dir, name)).catch((cause) => {
      throw new BundleError(`${dir}: ${name}: cannot be read`, { cause });
    });
    if (found.sha256 !== stated?.sha256)
      throw new BundleError(`${dir}: ${name}: sha256 ${found.sha256}, expected ${stated?.sha256}`);
    return join(dir, name);
  };
  return toBundled({
    manifest: parsed.data,
    revision: createHash("sha256").update(text).digest("hex"),
    cfg_json: await readFile(await path("cfg.json")),
    sparsity: await readFile(await path("sparsity.safetensors")),
    weights: await path("sae_weights.safetensors"),
  });
}

/** The same out of files that lie elsewhere and were checked before; `weights` is a path. */
export function toBundled({
  weights,
  ...rest
}: Omit<Bundled, "cfg" | "weights"> & { weights: string }): Bundled {
  const cfg = saelensCfg.parse(parseJson(new TextDecoder().decode(rest.cfg_json)));
  return { ...rest, cfg, weights: readSafetensors(weights) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
