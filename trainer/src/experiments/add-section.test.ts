import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeTinyBundle } from "../../fixtures/tiny-bundle.ts";
import { verifyBundle } from "../bundle/files.ts";
import { addSection } from "./add-section.ts";

const folder = await mkdtemp(join(tmpdir(), "section-"));
afterAll(() => rm(folder, { recursive: true }));

const norms = {
  formula_version: 1,
  seed: null,
  tokens: 90,
  config: { bins_per_decade: 4 },
  hook_name: "blocks.1.hook_resid_post",
  alive: 7,
  bins: [],
  spearman: { decoder_norm: null, contribution: 0.5 },
  share: [],
};

test("a section stands in evaluation.json, and the metrics stay", async () => {
  const dir = join(folder, "bundle");
  const before = await writeTinyBundle(dir);
  const after = await addSection(dir, "norms", { section: norms });
  expect(after.metrics).toEqual(before.metrics);
  await verifyBundle(dir);
  const read = JSON.parse(await readFile(join(dir, "evaluation.json"), "utf8"));
  expect(read.experiments).toEqual({ norms });
});

test("a section that is not what its schema says is not written", async () => {
  const dir = join(folder, "other");
  await writeTinyBundle(dir);
  const wrong = { ...norms, alive: -1 };
  await expect(addSection(dir, "norms", { section: wrong })).rejects.toThrow("alive");
  expect((await verifyBundle(dir)).name).toBe("res1-2x-topk2");
});
