import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../bundle/index.ts";

/** The bundle that is meant by its own folder or by the run folder it lies in. */
export function bundleFolder(given: string): string {
  const folder = findBundleFolder(given);
  if (folder === null)
    throw new UsageError(`${given}: no bundle (expected a folder with a manifest.json)`);
  return folder;
}

/** The same, or null where there is none. */
export function findBundleFolder(given: string): string | null {
  const folders = [given, join(given, "bundle")];
  return folders.find((folder) => existsSync(join(folder, "manifest.json"))) ?? null;
}
