import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { type SaidReading, UsageError } from "../../bundle/index.ts";
import {
  type Derivation,
  type ImportFound,
  importOf,
  readDerivation,
  writeDerivation,
} from "../derived.ts";
import { repoPlaceOf } from "../given-input.ts";
import type { ImportConfig } from "./config.ts";

/** What is asked of an import; `run` are the settings of a run that were given. */
export type ImportTask = {
  dir: string;
  settings: ImportConfig;
  said: SaidReading;
  run: Record<string, unknown>;
  derived: Derivation;
};

/**
 * Writes down what makes RUN_DIR's dictionary, so that it can be gone on with. As long as no reading was found to
 * fit, another takes its place; afterwards it is refused.
 */
export function beginImport(
  input: string,
  { dir, settings, said, ...rest }: Omit<ImportTask, "derived">,
): ImportTask {
  const { weights_only: _, ...kept } = settings;
  const from = [repoPlaceOf(input) ? input : resolve(input)];
  const asked = { verb: "import" as const, from, settings: { ...kept, ...said } };
  const before = readDerivation(dir);
  if (!before && existsSync(join(dir, "config.json")))
    throw new UsageError(`${dir}: holds a run: take another folder`);
  const isOpen = before?.verb === "import" && !importOf(before)?.is_decided;
  if (before && !isOpen) readDerivation(dir, asked); // refuses what is not the same
  let derived = before;
  if (!derived || !isSame(derived, asked)) {
    rmSync(join(dir, "bundle"), { recursive: true, force: true });
    derived = { ...asked, commit: null, parent: null, found: null };
    writeDerivation(dir, derived);
  }
  return { dir, settings, said, derived, ...rest };
}

function isSame(derived: Derivation, asked: Pick<Derivation, "from" | "settings">): boolean {
  const facts = ({ from, settings }: typeof asked) => JSON.stringify([from, settings]);
  return facts(derived) === facts(asked);
}

/** What an earlier call has found, if its weights are there. */
export function foundBefore({ dir, derived }: ImportTask): ImportFound | null {
  return existsSync(join(dir, "bundle", "cfg.json")) ? importOf(derived) : null;
}

/** Adds to what is written down of it. */
export function keep(
  task: ImportTask,
  more: { commit?: string | null; found?: ImportFound },
): void {
  task.derived = { ...task.derived, ...more };
  writeDerivation(task.dir, task.derived);
}
