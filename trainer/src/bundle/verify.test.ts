import {
  appendFile,
  copyFile,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TinySource, writeTinyBundle } from "../../fixtures/tiny-bundle.ts";
import { readSafetensors, writeSafetensors } from "../tensor/safetensors.ts";
import { hashFile, readTable, sealBundle, verifyBundle, writeTable } from "./files.ts";
import { type ConnectionRecord, type Manifest, type Table, tables } from "./index.ts";

let dir: string;
let sealed: Manifest;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "bundle-"));
  sealed = await writeTinyBundle(dir);
});
afterEach(() => rm(dir, { recursive: true }));

const at = (name: string) => join(dir, name);
const verify = () => verifyBundle(dir);

test("a whole bundle verifies, and answers its manifest", async () => {
  expect(await verify()).toEqual(sealed);
  expect(sealed.files["cfg.json"]).toEqual(await hashFile(at("cfg.json")));
});

const withoutLater = (document: Record<string, unknown>) => {
  const { norm_x: _, norm_x_hat: __, ...metrics } = document.metrics as Record<string, unknown>;
  return { ...document, metrics };
};

test("a bundle of before some metrics were measured verifies, and lacks them", async () => {
  await edit("evaluation.json", withoutLater);
  await hashAgain("evaluation.json");
  await edit("manifest.json", withoutLater);
  const { metrics } = await verify();
  expect(metrics.norm_x).toBeUndefined();
  expect(metrics.l2_ratio).toBe(sealed.metrics.l2_ratio);
});

test("the same numbers make the same bytes", async () => {
  const other = await mkdtemp(join(tmpdir(), "bundle-"));
  expect(await writeTinyBundle(other)).toEqual(sealed);
  expect((await writeTinyBundle(other, { seed: 1 })).files).not.toEqual(sealed.files);
  await rm(other, { recursive: true });
});

test("progress reaches its total", async () => {
  const seen: number[] = [];
  await verifyBundle(dir, { report: ({ done, total }) => seen.push(done / total) });
  expect(seen[0]).toBe(0);
  expect(seen.at(-1)).toBe(1);
});

test("an abort stops it", async () => {
  await expect(verifyBundle(dir, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
});

describe("refuses, naming file and reason:", () => {
  test("a bundle without its manifest", async () => {
    await rm(at("manifest.json"));
    await expect(verify()).rejects.toThrow("manifest.json: missing; it is written last");
  });

  test("a manifest that is cut off", async () => {
    await writeFile(at("manifest.json"), '{"bundle_version": 1, ');
    await expect(verify()).rejects.toThrow("manifest.json: not JSON");
  });

  test("a manifest of another version", async () => {
    await edit("manifest.json", (manifest) => ({ ...manifest, bundle_version: 2 }));
    await expect(verify()).rejects.toThrow("manifest.json: bundle_version 2, expected 1");
  });

  test("a manifest that names a file it does not know", async () => {
    const { bytes, sha256 } = await hashFile(at("cfg.json"));
    await edit("manifest.json", (manifest) => ({
      ...manifest,
      files: { ...(manifest.files as object), "../escape": { bytes, sha256 } },
    }));
    await expect(verify()).rejects.toThrow(/^manifest\.json: files/);
  });

  test("a manifest without a required file", async () => {
    await edit("manifest.json", (manifest) => {
      const { "datapoints.parquet": _, ...files } = manifest.files as Record<string, unknown>;
      return { ...manifest, files };
    });
    await rm(at("datapoints.parquet"));
    await expect(verify()).rejects.toThrow("datapoints.parquet: the manifest does not name it");
  });

  test("a missing file", async () => {
    await rm(at("examples.parquet"));
    await expect(verify()).rejects.toThrow("examples.parquet: missing");
  });

  test("a file nobody named", async () => {
    await writeFile(at("notes.txt"), "hello");
    await expect(verify()).rejects.toThrow("notes.txt: unknown file");
  });

  test("a link in place of a file", async () => {
    await rename(at("cfg.json"), at("../elsewhere.json"));
    await symlink(at("../elsewhere.json"), at("cfg.json"));
    await expect(verify()).rejects.toThrow("cfg.json: missing");
    await rm(at("../elsewhere.json"));
  });

  test("a file that has grown", async () => {
    await appendFile(at("training.jsonl"), "\n");
    await expect(verify()).rejects.toThrow(/training\.jsonl: \d+ bytes, expected \d+/);
  });

  test("a file with one flipped bit", async () => {
    const bytes = await readFile(at("sae_weights.safetensors"));
    bytes[bytes.length - 3] ^= 1;
    await writeFile(at("sae_weights.safetensors"), bytes);
    await expect(verify()).rejects.toThrow(/sae_weights\.safetensors: sha256 \w+, expected/);
  });

  test("a cfg.json that disagrees with the manifest", async () => {
    await edit("cfg.json", (cfg) => ({ ...cfg, k: 3 }));
    await hashAgain("cfg.json");
    await expect(verify()).rejects.toThrow("cfg.json: k 3, expected 2 (manifest.json)");
  });

  test("a cfg.json of an unknown architecture", async () => {
    await edit("cfg.json", (cfg) => ({ ...cfg, architecture: "vanilla" }));
    await hashAgain("cfg.json");
    await expect(verify()).rejects.toThrow("cfg.json: architecture: ");
  });

  test("metrics that differ between manifest and evaluation", async () => {
    await edit("manifest.json", (manifest) => ({
      ...manifest,
      metrics: { ...sealed.metrics, fvu: 0 },
    }));
    await expect(verify()).rejects.toThrow(/evaluation\.json: fvu 0\.\d+, expected 0/);
  });

  test("a metric that is missing", async () => {
    await edit("evaluation.json", (evaluation) => {
      const { kl_sae: _, ...metrics } = evaluation.metrics as Record<string, unknown>;
      return { ...evaluation, metrics };
    });
    await hashAgain("evaluation.json");
    await expect(verify()).rejects.toThrow("evaluation.json: metrics.kl_sae: ");
  });

  test("a metric in one of them that the other lacks, as older bundles may", async () => {
    await edit("evaluation.json", withoutLater);
    await hashAgain("evaluation.json");
    await expect(verify()).rejects.toThrow(/evaluation\.json: norm_x undefined, expected 0\.\d+/);
  });

  test("a training line that is no number", async () => {
    await appendFile(at("training.jsonl"), '{"step": "four"}\n');
    await hashAgain("training.jsonl");
    await expect(verify()).rejects.toThrow("training.jsonl: line 4: step: ");
  });

  test("a training line without an end", async () => {
    await appendFile(at("training.jsonl"), "1".repeat(200_000));
    await hashAgain("training.jsonl");
    await expect(verify()).rejects.toThrow("training.jsonl: line 4 is longer than 65536");
  });

  test("another tokenizer", async () => {
    await edit("tokenizer.json", (tokenizer) => ({ ...tokenizer, version: "2.0" }));
    await hashAgain("tokenizer.json");
    await expect(verify()).rejects.toThrow("tokenizer.json: not the tokenizer");
  });

  test("weights with a NaN", async () => {
    await editWeights(({ b_enc }) => {
      b_enc.data[5] = Number.NaN;
    });
    await expect(verify()).rejects.toThrow("tensor b_enc: number 5 is not finite");
  });

  test("weights of the wrong shape", async () => {
    await editWeights(({ W_enc }) => {
      W_enc.shape = [8, 4];
    });
    await expect(verify()).rejects.toThrow(
      "sae_weights.safetensors: tensor W_enc: found F32 [8, 4], expected F32 [4, 8]",
    );
  });

  test("weights that lack a tensor", async () => {
    await editWeights((tensors) => {
      Reflect.deleteProperty(tensors, "b_dec");
    });
    await expect(verify()).rejects.toThrow("sae_weights.safetensors: tensor b_dec: missing");
  });

  test("fewer features than d_sae", async () => {
    await editTable(tables.features, (rows) => rows.slice(0, -1));
    await expect(verify()).rejects.toThrow("features.parquet: 7 rows, expected d_sae = 8");
  });

  test("an example in a context that is not there", async () => {
    await editTable(tables.examples, ([first, ...rest]) => [{ ...first, context: 77 }, ...rest]);
    await expect(verify()).rejects.toThrow(
      "examples.parquet: row 0: context 77 is not in contexts.parquet",
    );
  });

  test("an example that reaches over its context's end", async () => {
    await editTable(tables.examples, ([first, ...rest]) => [
      { ...first, window_start: 14, position: 15 },
      ...rest,
    ]);
    await expect(verify()).rejects.toThrow("row 0: position 19 in a context of 16 tokens");
  });

  test("examples out of order", async () => {
    await editTable(tables.examples, (rows) => rows.reverse());
    await expect(verify()).rejects.toThrow("examples.parquet: row 1: not in order");
  });

  test("a token beyond the vocabulary", async () => {
    await editTable(tables.contexts, ([first, ...rest]) => [{ ...first, tokens: [99] }, ...rest]);
    await expect(verify()).rejects.toThrow("contexts.parquet: row 0: token 99 of a vocabulary");
  });

  test.each<[string, (rows: ConnectionRecord[]) => ConnectionRecord[], string]>([
    ["a source beyond", (rows) => changed(rows, { sources: [0, 9] }), "row 2: source 9 of 8"],
    ["a feature left out", (rows) => rows.slice(1), "row 0: from 0, feature 1, expected 0, 0"],
    ["features left out", (rows) => rows.slice(0, 7), "7 rows, expected 8: d_sae for each source"],
    [
      "a source twice",
      (rows) => changed(rows, { sources: [1, 1] }),
      "row 2: a source stands twice",
    ],
    ["lists of unlike length", (rows) => changed(rows, { weights: [1] }), "row 2: lists"],
  ])("connections with %s", async (_, change, reason) => {
    sealed = await writeTinyBundle(dir, { sources: [source] });
    expect(await verify()).toEqual(sealed);
    await editTable(tables.connections, change);
    await expect(verify()).rejects.toThrow(`connections.parquet: ${reason}`);
  });

  test("a section of connections without the table", async () => {
    sealed = await writeTinyBundle(dir, { sources: [source] });
    await rm(at("connections.parquet"));
    await sealBundle(dir, sealed);
    await expect(verify()).rejects.toThrow("connections.parquet: missing, but evaluation.json has");
  });

  test("a table with other columns", async () => {
    await copyFile(at("contexts.parquet"), at("datapoints.parquet"));
    await hashAgain("datapoints.parquet");
    await expect(verify()).rejects.toThrow("datapoints.parquet: column position: missing");
  });
});

const source: TinySource = {
  name: "res0",
  hook_name: "blocks.0.hook_resid_post",
  weights_sha256: "0".repeat(64),
  d_sae: 8,
  weights: [{}, {}, { 1: 0.5, 3: -0.25 }],
};

/** Row 2 with other values, the others as they are. */
function changed(rows: ConnectionRecord[], values: Partial<ConnectionRecord>): ConnectionRecord[] {
  return rows.map((row, i) => (i === 2 ? { ...row, ...values } : row));
}

async function edit(
  name: string,
  change: (value: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const value = JSON.parse(await readFile(at(name), "utf8"));
  await writeFile(at(name), JSON.stringify(change(value)));
}

/** Brings the manifest up to date with a file changed on purpose, so that what is wrong inside shows. */
async function hashAgain(name: string): Promise<void> {
  const hash = await hashFile(at(name));
  await edit("manifest.json", (manifest) => ({
    ...manifest,
    files: { ...(manifest.files as object), [name]: hash },
  }));
}

async function editWeights(
  change: (tensors: Record<string, { shape: number[]; data: Float32Array }>) => void,
): Promise<void> {
  const file = readSafetensors(at("sae_weights.safetensors"));
  const tensors = Object.fromEntries(file.names.map((name) => [name, file.tensor(name)]));
  file.close();
  change(tensors);
  writeSafetensors(at("sae_weights.safetensors"), tensors);
  await hashAgain("sae_weights.safetensors");
}

async function editTable<Row>(table: Table<Row>, change: (rows: Row[]) => Row[]): Promise<void> {
  const rows: Row[] = [];
  for await (const block of readTable(at(table.file), table)) rows.push(...block);
  await writeTable(at(table.file), table, change(rows));
  await sealBundle(dir, sealed);
}
