import { rm } from "node:fs/promises";
import { join } from "node:path";
import { sealBundle, verifyBundle } from "trainer/bundle/files";
import { db } from "../server/db.ts";
import { ingestBundle } from "../server/ingest/ingest.ts";
import { folderStorage } from "../server/storage.ts";
import { copyDictionary } from "./hub-copy.ts";
import { writeLargeBundle } from "./large-bundle.ts";

export const model = "tiny";

export function nameOf(dictionary: number): string {
  return `large-${dictionary}`;
}

/** So many are taken in as bundles; the others are copies of the first. */
const INGESTED = 4;

/**
 * Makes as many dictionaries as are wanted, those that are there already among them. All hold the same
 * tables, each under a name of its own.
 */
export async function fill(data: string, dictionaries: number, d_sae: number): Promise<void> {
  await ingest(data, Math.min(INGESTED, dictionaries), d_sae);
  const there = await db().dictionary.count();
  const begun = performance.now();
  for (let n = there; n < dictionaries; n++) {
    await copyDictionary(nameOf(0), nameOf(n));
    const each = (performance.now() - begun) / 1000 / (n + 1 - there);
    console.error(`copied ${n + 1} of ${dictionaries}, ${each.toFixed(1)} s each`);
  }
}

async function ingest(data: string, dictionaries: number, d_sae: number): Promise<void> {
  const there = await db().dictionary.count();
  if (there >= dictionaries) return;
  const dir = join(data, "bundle");
  await rm(dir, { recursive: true, force: true });
  await writeLargeBundle(dir, d_sae);
  const { provenance } = await verifyBundle(dir);
  // nobody will download them: their files are not kept
  const storage = { ...folderStorage(join(data, "files")), put: async () => {} };
  const signal = new AbortController().signal;
  const begun = performance.now();
  for (let n = there; n < dictionaries; n++) {
    await sealBundle(dir, { model_id: model, name: nameOf(n), provenance });
    const by = { user_id: "local", visibility: "public" } as const;
    await ingestBundle(dir, { storage, report: () => {}, signal, by });
    const each = (performance.now() - begun) / 1000 / (n + 1 - there);
    console.error(`took in ${n + 1} of ${dictionaries}, ${each.toFixed(1)} s each`);
  }
  await rm(dir, { recursive: true });
}
