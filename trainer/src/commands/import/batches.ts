import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { UsageError } from "../../bundle/index.ts";
import { findBatches } from "../../importers/dashboards/batch.ts";
import { spellingOf } from "../../importers/dashboards/spelling.ts";
import { survey } from "../../importers/dashboards/survey.ts";
import type { InputFile } from "../../importers/foreign.ts";
import { walk } from "../../importers/walk.ts";

/** SAEDashboard's batches in a folder that was named. */
export async function batchesIn(folder: string): Promise<InputFile[]> {
  if (!existsSync(folder)) throw new UsageError(`${folder}: there is no such folder`);
  const batches = findBatches(await walk(folder));
  if (batches) return batches;
  throw new UsageError(`${folder}: holds none of SAEDashboard's batch-*.json`);
}

/** Looks through batches before anything is computed: all features, and no token that the model has not. */
export async function checkBatches(
  batches: InputFile[],
  d_sae: number,
  tokenizer: string,
  signal: AbortSignal,
): Promise<void> {
  const { spelled } = await survey(batches, d_sae, signal);
  spellingOf(spelled, JSON.parse(await readFile(tokenizer, "utf8")));
}

/** Copies them into the run's folder, so that an import goes on without INPUT; null: those of before go. */
export async function keepBatches(dir: string, batches: InputFile[] | null): Promise<void> {
  const [kept, next] = [folderOf(dir), `${folderOf(dir)}.next`];
  for (const folder of [kept, next]) await rm(folder, { recursive: true, force: true });
  if (!batches) return;
  await mkdir(next);
  for (const { file, path } of batches) await copyFile(file, join(next, basename(path)));
  await rename(next, kept);
}

/** Those that were kept; null: the run's pages are computed. */
export async function keptBatches(dir: string): Promise<InputFile[] | null> {
  return existsSync(folderOf(dir)) ? batchesIn(folderOf(dir)) : null;
}

function folderOf(dir: string): string {
  return join(dir, "dashboards");
}
