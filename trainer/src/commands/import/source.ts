import { basename, isAbsolute } from "node:path";
import { hashFile } from "../../bundle/hash.ts";
import { type ImportProvenance, type Reading, UsageError } from "../../bundle/index.ts";
import { findBatches } from "../../importers/dashboards/batch.ts";
import type { Foreign, InputFile } from "../../importers/foreign.ts";
import { findDictionaries } from "../../importers/formats.ts";
import { remembered, used } from "../../importers/used.ts";
import { type Given, openGiven } from "../given-input.ts";
import { nearest } from "../nearest.ts";
import type { Context } from "../verb.ts";
import { batchesIn } from "./batches.ts";
import { type ImportTask, keep } from "./begin.ts";
import { wholeReading } from "./whole-reading.ts";

/** The dictionary that is meant, and how its numbers are read. */
export type Source = {
  foreign: Foreign;
  reading: Reading;
  /** that of its model, if it lies beside it */
  tokenizer: InputFile | null;
  /** SAEDashboard's pages of it; null: there are none */
  batches: InputFile[] | null;
  provenance: Omit<ImportProvenance, "check" | "accepted">;
};

/** Lends what INPUT holds, and closes it afterwards. */
export async function withSource<T>(
  task: ImportTask,
  context: Context,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  const [input] = task.derived.from;
  const { where } = task.settings;
  const given = await openGiven(input, context, { commit: task.derived.commit ?? null, where });
  try {
    if (given.commit !== (task.derived.commit ?? null)) keep(task, { commit: given.commit });
    const found = await findDictionaries(given);
    const chosen = choose(found, where, input);
    const own = found.length > 1 ? folderOf(chosen) : ""; // pages may lie in a folder beside the only one
    const { dashboards } = task.settings;
    const batches = dashboards
      ? await batchesIn(dashboards)
      : findBatches(given.files.filter(({ path }) => path.startsWith(own)));
    return await work({ ...(await toSource(chosen, given, task)), batches });
  } finally {
    await given.close();
  }
}

function choose(found: Foreign[], where: string | null, input: string): Foreign {
  const [first, ...others] = found;
  if (where === null && others.length === 0) return first;
  const names = found.map(({ described }) => described.where);
  const chosen = found[names.indexOf(where ?? "")];
  if (chosen) return chosen;
  const near = where && nearest(where, names);
  const list = names.map((name) => `  ${name}`).join("\n");
  throw new UsageError(
    where === null
      ? `${input}: holds ${names.length} dictionaries; --where names one of them\n${list}`
      : `${input}: no dictionary ${where}${near ? `; did you mean ${near}?` : ""} (--where is one of them)\n${list}`,
  );
}

function folderOf({ files }: Foreign): string {
  return files[0]?.path.replace(/[^/]*$/, "") ?? "";
}

async function toSource(
  chosen: Foreign,
  given: Given,
  { said }: ImportTask,
): Promise<Omit<Source, "batches">> {
  const { described, files } = chosen;
  const { reading, because } = wholeReading(described, said);
  const foreign = remembered(used(chosen, reading));
  const isLeft = chosen.weights.threshold && !foreign.weights.threshold;
  const left = `its threshold is left aside, which ${reading.architecture} does not use`;
  const hashed = files.map(async ({ path, file }) => ({ path, ...(await hashFile(file)) }));
  return {
    foreign: remembered(chosen),
    reading,
    tokenizer: given.files.find(({ path }) => path === `${folderOf(chosen)}tokenizer.json`) ?? null,
    provenance: {
      format: described.format,
      where: described.where,
      source: given.source,
      commit: given.commit,
      files: await Promise.all(hashed),
      reading: { ...reading, model: withoutFolders(reading.model) },
      because,
      notes: isLeft ? [...described.notes, left] : described.notes,
    },
  };
}

/** A model's folder is one machine's. */
function withoutFolders(model: string): string {
  return isAbsolute(model) ? basename(model) : model;
}
