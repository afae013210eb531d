import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { importProvenance, sha256Hex, UsageError } from "../bundle/index.ts";

const FILE = "derived.json";

/**
 * derived.json: of a run folder whose dictionary is not trained as a run's is, what makes it. `resume` goes
 * on by that; its bundle names the parent and the settings.
 */
const derivation = z.object({
  /** `trainer VERB FROM… RUN_DIR` makes it */
  verb: z.enum(["finetune", "stack", "import"]),
  from: z.array(z.string()),
  /** of what is from a model hub, the commit with which it began */
  commit: z.string().nullable().optional(),
  settings: z.record(z.string(), z.unknown()),
  /** sha256 of the parent's manifest.json */
  parent: sha256Hex.nullable(),
  /** what its making found, once the weights are there */
  found: z.unknown(),
});
export type Derivation = z.infer<typeof derivation>;
type Asked = Pick<Derivation, "verb" | "from" | "settings">;

/** Of an import: how its numbers are read, and whether that was found to fit, or accepted. */
const importFound = z.object({ import: importProvenance, is_decided: z.boolean() });
export type ImportFound = z.infer<typeof importFound>;

/** What an import has found by now; null for anything else. */
export function importOf(derived: Derivation | null): ImportFound | null {
  return derived?.verb === "import" && derived.found ? importFound.parse(derived.found) : null;
}

/** What makes the folder's dictionary; null when training does. Anything but what is `asked`, if that is given, is refused. */
export function readDerivation(dir: string, asked?: Asked): Derivation | null {
  const path = join(dir, FILE);
  if (!existsSync(path)) {
    if (asked && existsSync(join(dir, "config.json")))
      throw new UsageError(`${dir}: holds a run: take another folder`);
    return null;
  }
  const found = parse(path);
  if (asked) refuseOther(dir, found, asked);
  return found;
}

function parse(path: string): Derivation {
  try {
    return derivation.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new UsageError(`${path}: not what an experiment writes there`, { cause });
  }
}

function refuseOther(dir: string, found: Derivation, asked: Asked): void {
  const factsOf = ({ verb, from, settings }: typeof asked) =>
    [`trainer ${verb}`, ...from.map((dir) => resolve(dir)), JSON.stringify(settings)].join(" ");
  const [made, now] = [factsOf(found), factsOf(asked)];
  if (made !== now)
    throw new UsageError(
      `${dir}: holds what was made by ${made}\n(now ${now}): take another folder`,
    );
}

export function writeDerivation(dir: string, value: Derivation): void {
  const path = join(dir, FILE);
  writeFileSync(`${path}.tmp`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${path}.tmp`, path);
}

/** Whether its dictionary was made elsewhere: nothing is trained, and no activations are kept. */
export function isImported(dir: string): boolean {
  return readDerivation(dir)?.verb === "import";
}

/** Stages of a run would train another dictionary in the place of one that is not made yet. */
export function refuseUnmade(dir: string): void {
  const derived = readDerivation(dir);
  if (!derived) return;
  if (importOf(derived)?.is_decided === false)
    throw new UsageError(
      `${dir}: how its numbers are read has not been checked: npx trainer resume ${dir} does it`,
    );
  if (!existsSync(join(dir, "bundle", "cfg.json")))
    throw new UsageError(
      `${dir}: its dictionary is made by trainer ${derived.verb}, which was broken off: npx trainer resume ${dir} goes on with it`,
    );
}

/** The settings that made a dictionary, by names that no run's setting has; without folders, which are one machine's. */
export function derivedSettings({ verb, settings }: Derivation): Record<string, unknown> {
  const { against: _, ...shared } = settings;
  return Object.fromEntries(
    Object.entries(shared).map(([name, value]) => [`${verb}_${name}`, value]),
  );
}
