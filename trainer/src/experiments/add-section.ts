import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { amendBundle } from "../bundle/amend.ts";
import { type ExperimentName, evaluation, type Manifest, type Sections } from "../bundle/index.ts";
import { writeJson } from "../bundle/json-files.ts";

/**
 * What an experiment found: its section, how to write what else it changes into the bundle's folder, and
 * whose sections were about what is no longer there.
 */
export type Found<Name extends ExperimentName> = {
  section: NonNullable<Sections[Name]>;
  write?(next: string): Promise<void>;
  outdated?: ExperimentName[];
};

/** Puts an experiment's section into evaluation.json of a sealed bundle, in place of the one that was there, and seals it again. */
export async function addSection<Name extends ExperimentName>(
  bundle: string,
  name: Name,
  { section, write, outdated = [] }: Found<Name>,
): Promise<Manifest> {
  return amendBundle(bundle, async (next) => {
    await write?.(next);
    const path = join(next, "evaluation.json");
    const before = JSON.parse(await readFile(path, "utf8")); // with what later trainers added
    const experiments = { ...before.experiments, [name]: section };
    for (const other of outdated) delete experiments[other];
    const after = { ...before, experiments };
    evaluation.parse(after);
    await writeJson(path, after);
  });
}
