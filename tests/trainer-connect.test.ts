import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionRecord, type Sections, tables } from "trainer/bundle";
import { readTable, verifyBundle } from "trainer/bundle/files";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ended, startTrainer } from "./trainer.ts";

const dir = mkdtempSync(join(tmpdir(), "connect-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** The bundled model on a little of the bundled text, in one pass for all hooks. */
const settings = {
  max_tokens: 60_000,
  held_out_fraction: 0.1,
  d_sae: 128,
  k: 8,
  train_tokens: 60_000,
  train_batch_tokens: 1_024,
  datapoints: 50,
  dashboard_tokens: 10_000,
};
const trainer = (...args: string[]) => ended(startTrainer(dir, [...args, "--json"]));
const few = (l1: number) => ["--tokens", "8000", "--held_out_tokens", "4000", "--l1", String(l1)];
const bundleOf = (run: string) => join(dir, run, "bundle");
const [first, second, third] = [1, 2, 3].map((layer) => `sweep/res${layer}-1x-topk8`) as [
  string,
  string,
  string,
];

function sectionOf(run: string): NonNullable<Sections["connections"]> {
  const text = readFileSync(join(bundleOf(run), "evaluation.json"), "utf8");
  return JSON.parse(text).experiments.connections;
}

async function rowsOf(run: string): Promise<ConnectionRecord[]> {
  const rows: ConnectionRecord[] = [];
  const path = join(bundleOf(run), tables.connections.file);
  for await (const block of readTable(path, tables.connections)) rows.push(...block);
  return rows;
}

beforeAll(async () => {
  const hooks = [1, 2, 3].flatMap((layer) => ["--hook_name", `blocks.${layer}.hook_resid_post`]);
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  expect(await trainer("sweep", "sweep", ...hooks, ...flags)).toMatchObject({ status: 0 });
});

test("a source stands in the section with a row for each feature, and the bundle verifies", async () => {
  expect(await trainer("connect", first, third, ...few(0.1))).toMatchObject({ status: 0 });
  await verifyBundle(bundleOf(third));
  const { sources } = sectionOf(third);
  expect(sources).toMatchObject([
    { name: "res1-1x-topk8", hook_name: "blocks.1.hook_resid_post", d_sae: 128 },
  ]);
  const [{ linear, relu }] = sources as [(typeof sources)[0]];
  expect(linear?.together).toBeGreaterThan(0.05);
  expect(relu?.features).toBe(linear?.features);
  const rows = await rowsOf(third);
  expect(rows.map(({ feature }) => feature)).toEqual(Array.from({ length: 128 }, (_, f) => f));
});

test("another source is added, the same one replaced, and what is there not made again", async () => {
  expect(await trainer("connect", second, third, ...few(0.1))).toMatchObject({ status: 0 });
  expect(sectionOf(third).sources.map(({ name }) => name)).toEqual([
    "res1-1x-topk8",
    "res2-1x-topk8",
  ]);
  const before = await rowsOf(third);
  expect(before).toHaveLength(256);

  expect(await trainer("connect", first, third, ...few(0.3))).toMatchObject({
    status: 0,
  });
  const sealed = await verifyBundle(bundleOf(third));
  const after = await rowsOf(third);
  expect(after.slice(128)).toEqual(before.slice(128));
  expect(after.slice(0, 128)).not.toEqual(before.slice(0, 128));
  const [again] = sectionOf(third).sources;
  expect(again?.config).toMatchObject({ l1: 0.3 });

  expect(await trainer("connect", second, third, ...few(0.1))).toMatchObject({ status: 0 });
  expect(await verifyBundle(bundleOf(third))).toEqual(sealed);
});

test("a dictionary with itself is refused, and a run that is not there", async () => {
  const same = await trainer("connect", third, third);
  expect(same).toMatchObject({ status: 2 });
  expect(same.stderr).toContain("given twice");
  expect(await trainer("connect", third)).toMatchObject({ status: 2 });
});
