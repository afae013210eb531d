import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sections } from "trainer/bundle";
import { sealBundle } from "trainer/bundle/files";
import { afterAll, expect, test } from "vitest";
import { closeDb } from "../server/db.ts";
import { listDictionaries } from "../server/queries/dictionaries.ts";
import { getModelExperiments } from "../server/queries/model-experiments.ts";
import { writeTinyBundle } from "../trainer/fixtures/tiny-bundle.ts";
import { ingest, tinyBundle } from "./hub.ts";

afterAll(closeDb);

const values = {
  ce_diff: 0.1,
  ce_loss_recovered: 0.9,
  fvu: 0.2,
  norm_x: null,
  norm_x_hat: 2,
  l2_ratio: 1,
  cosine: 1,
  l0: 2,
  dead_fraction: 0,
};

/** A per-layer table of one row that can be told from others by its L0. */
const table = (l0: number): NonNullable<Sections["layers"]> => ({
  formula_version: 1,
  seed: 0,
  tokens: 90,
  config: {},
  rows: [
    {
      name: "a",
      weights_sha256: "0".repeat(64),
      hook_name: "blocks.1.hook_resid_post",
      layer: 1,
      site: "hook_resid_post",
      values: { ...values, l0 },
    },
  ],
});

type Document = { metrics: Record<string, unknown>; experiments?: unknown };

async function ingestChanged(
  options: { name: string; seed?: number },
  change: (evaluation: Document) => Document,
): Promise<void> {
  const dir = await tinyBundle();
  const { model_id, name, provenance } = await writeTinyBundle(dir, options);
  const path = join(dir, "evaluation.json");
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, "utf8")))));
  await rm(join(dir, "manifest.json"));
  await sealBundle(dir, { model_id, name, provenance });
  await ingest(dir);
}
const withTable = (l0: number) => (evaluation: Document) => ({
  ...evaluation,
  experiments: { layers: table(l0) },
});
const shownL0 = async () => (await getModelExperiments(null, "tiny")).layers?.rows[0]?.values.l0;

test("a model without experiments has none", async () => {
  await ingest(await tinyBundle());
  expect(await getModelExperiments(null, "tiny")).toEqual({});
  expect(await getModelExperiments(null, "nobody")).toEqual({});
});

test("the table of the newest bundle that has one is shown, and none of an older revision", async () => {
  await ingestChanged({ name: "a" }, withTable(5));
  await ingestChanged({ name: "b" }, withTable(7));
  await ingestChanged({ name: "c" }, (evaluation) => evaluation);
  expect(await shownL0()).toBe(7);
  await ingestChanged({ name: "b", seed: 1 }, (evaluation) => evaluation);
  expect(await shownL0()).toBe(5);
});

test("a bundle of before norms were measured is taken in and listed without them", async () => {
  await ingestChanged({ name: "older" }, ({ metrics, ...rest }) => {
    const { norm_x: _, norm_x_hat: __, ...older } = metrics;
    return { ...rest, metrics: older };
  });
  const listed = await listDictionaries(null, { model: "tiny" });
  const older = listed.find(({ slug }) => slug === "older");
  expect(older?.metrics.norm_x).toBeUndefined();
  expect(older?.metrics.l2_ratio).toBeGreaterThan(0);
});
