import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../bundle/index.ts";

/** The bundle that is meant by its own folder or by the run folder it lies in. */
export function bundleFolder(given: string): string {
  if (existsSync(join(given, "manifest.json"))) return given;
  const within = join(given, "bundle");
  if (existsSync(join(within, "manifest.json"))) return within;
  throw new UsageError(`${given}: no bundle (expected a folder with a manifest.json)`);
}
