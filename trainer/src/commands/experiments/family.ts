import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "../../bundle/index.ts";
import { isGrid, readConfig } from "../run-folder.ts";
import type { SealedRun } from "./sealed-runs.ts";

/** Run folders, and for a sweep's folder those of its complete dictionaries at this hook; `own` and repeats are left out. */
export function familyFolders(given: string[], own: string, hook_name: string): string[] {
  const dirs = given.flatMap((dir) => {
    const saved = readConfig(dir);
    if (saved === null || !isGrid(saved)) return [dir];
    const found = readdirSync(dir)
      .map((name) => join(dir, name))
      .filter((run) => existsSync(join(run, "bundle/manifest.json")))
      .filter((run) => readConfig(run)?.hook_name === hook_name);
    if (found.length === 0)
      throw new UsageError(`${dir}: a sweep without a complete dictionary at ${hook_name}`);
    return found;
  });
  const first = new Map(dirs.map((dir) => [resolve(dir), dir]));
  first.delete(resolve(own));
  return [...first.values()];
}

/** Dictionaries can stand on one curve of sparsity only when they are at the same hook, and differ in L0. */
export function refuseNoFamily([own, ...others]: SealedRun[]): void {
  for (const { dir, manifest } of others) {
    for (const key of ["hook_name", "hook_name_out"] as const)
      if (manifest.sae[key] !== own.manifest.sae[key])
        throw new UsageError(
          `${dir}: another ${key} than ${own.dir}: ${manifest.sae[key]} (expected ${own.manifest.sae[key]})`,
        );
  }
  const l0s = new Set(others.map(({ manifest }) => manifest.metrics.l0.toFixed(1)));
  if (l0s.size < 2)
    throw new UsageError(
      `--family: ${others.length} beside ${own.dir}, of ${l0s.size} sparsities (expected two or more dictionaries of different sparsities; a sweep of --k or --l1_coefficient makes them)`,
    );
}
