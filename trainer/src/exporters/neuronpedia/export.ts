import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { verifyBundle } from "../../bundle/files.ts";
import {
  aboutRows,
  type ExampleRecord,
  type Manifest,
  type NeuronpediaSource,
  type Report,
  saelensCfg,
  tables,
  toActivationRow,
  tokenStrings,
  toNeuronRow,
} from "../../bundle/index.ts";
import { intoNewFolder } from "../new-folder.ts";
import { batchesOf } from "./batches.ts";
import { ContextFile } from "./context-file.ts";
import { lineOf, writeGzipLines } from "./lines.ts";

/** Features whose rows, and whose examples' rows, lie in a file together. */
const BATCH = 1024;

export type NeuronpediaOptions = {
  /** an id of a user of the database that imports it, whose rows they shall be */
  creator_id: string;
  creator_name: string;
  /** the release under which the set is listed; empty: the dictionary's name */
  release: string;
};

/**
 * Writes a bundle as Neuronpedia's importer reads it, into a new or empty folder: v1/{modelId}/{sourceId}/… with rows
 * of its tables (docs/api-compat.md). A batch of features is held at a time. Answers the folder within, and the counts.
 */
export async function exportNeuronpedia(
  bundle: string,
  dir: string,
  options: NeuronpediaOptions,
  { report, signal }: { report: Report; signal: AbortSignal },
): Promise<{ folder: string; features: number; activations: number }> {
  const manifest = await verifyBundle(bundle, { report, signal });
  const json = async (name: string) => JSON.parse(await readFile(join(bundle, name), "utf8"));
  const vocabulary = tokenStrings(await json("tokenizer.json")).map(storable);
  const text = (token: number | undefined) => vocabulary[token ?? -1] ?? "\ufffd";
  const rows = singleRows(manifest, saelensCfg.parse(await json("cfg.json")), options);
  const { source } = rows;
  const about: NeuronpediaSource = {
    modelId: source.modelId,
    layer: source.id,
    sourceSetName: source.setName,
    hookName: manifest.sae.hook_name,
    creatorId: options.creator_id,
    createdAt: manifest.created_at,
  };
  const folder = join("v1", source.modelId, source.id);
  const counts = await intoNewFolder(dir, async (partial) => {
    const into = join(partial, folder);
    for (const kind of ["features", "activations"])
      await mkdir(join(into, kind), { recursive: true });
    for (const [name, row] of Object.entries(rows))
      await writeFile(join(into, `${name.toLowerCase()}.jsonl`), lineOf(row));
    const contexts = await ContextFile.of(bundle, join(partial, "contexts.tmp"));
    const toColumns = (example: ExampleRecord) => {
      const { context, window_start, activations, feature: index } = example;
      const ids = contexts.tokens(context, window_start, activations.length);
      const tokens = activations.map((_, i) => text(ids[i]));
      // without those that not every version of its tables has
      const { zQIndices, zKIndices, zValues, ...columns } = toActivationRow(
        example,
        { index, tokens },
        about,
      );
      return columns;
    };
    let features = 0;
    let activations = 0;
    try {
      const examples = batchesOf(bundle, tables.examples, ({ feature }) => feature, BATCH);
      let ahead = await examples.next();
      for await (const { batch, rows } of batchesOf(bundle, tables.features, indexOf, BATCH)) {
        signal.throwIfAborted();
        const file = (kind: string) => join(into, kind, `batch-${batch}.jsonl.gz`);
        await writeGzipLines(file("features"), rows, (row) => toNeuronRow(row, about, text));
        features += rows.length;
        report({ stage: "export", done: features, total: manifest.sae.d_sae, unit: "features" });
        if (ahead.done || ahead.value.batch !== batch) continue; // none of them fires
        await writeGzipLines(file("activations"), ahead.value.rows, toColumns);
        activations += ahead.value.rows.length;
        ahead = await examples.next();
      }
    } finally {
      contexts.remove();
    }
    return { features, activations };
  });
  return { folder: join(dir, folder), ...counts };
}

const indexOf = ({ index }: { index: number }) => index;

/** What its database takes as text: no half of a surrogate pair, and no NUL. */
function storable(text: string): string {
  return Buffer.from(text).toString().replaceAll("\0", " ");
}

/** The rows that there is one of, by the names of their files. */
function singleRows(
  manifest: Manifest,
  cfg: Parameters<typeof aboutRows>[1],
  { creator_id: creatorId, creator_name: creatorName, release: given }: NeuronpediaOptions,
) {
  const release = given || manifest.name;
  const createdAt = manifest.created_at;
  const { model, source, sourceSet } = aboutRows(manifest, cfg, {
    visibility: "PUBLIC",
    description: manifest.name,
    creatorId,
    creatorName,
    inferenceEnabled: false,
    createdAt,
    modelCreatedAt: createdAt,
  });
  return {
    release: {
      name: release,
      description: release,
      creatorName,
      creatorId,
      visibility: "PUBLIC",
      isNewUi: false,
      featured: false,
      descriptionShort: release,
      urls: [],
      creatorEmail: null,
      creatorNameShort: creatorName,
      defaultSourceSetName: sourceSet.name,
      defaultSourceId: source.id,
      defaultUmapSourceIds: [],
      createdAt,
    },
    model,
    sourceSet: { ...sourceSet, releaseName: release },
    source,
  };
}
