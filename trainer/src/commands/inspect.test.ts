import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tarOf } from "../../fixtures/archives.ts";
import { writeTinyBundle } from "../../fixtures/tiny-bundle.ts";
import { type ForeignDictionary, foreignDictionary } from "../bundle/index.ts";
import { inspect } from "./inspect.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/foreign");
const context = { report: () => {}, say: () => {}, signal: new AbortController().signal };

test("says of each foreign dictionary how it is read, and what goes on from there", async () => {
  const path = join(fixtures, "sparsify");
  const { text, data } = await inspect.run([path], {}, context);
  const dictionaries = data.dictionaries as ForeignDictionary[];
  expect(data.kind).toBe("foreign");
  for (const one of dictionaries) foreignDictionary.parse(one);
  expect(dictionaries.map(({ where }) => where)).toContain("run/layers.0");
  expect(text).toContain("5 dictionaries of sparsify");
  expect(text).toMatch(
    /subtract_b_dec +false +transcoder\/layers\.2\.mlp\/cfg\.json: transcode is true/,
  );
  expect(text).toMatch(/hook_name +must be given +where in the model it belongs/);
  expect(text).toContain(
    `npx trainer import ${path} RUN_DIR --where square --hook_name HOOK_NAME --model MODEL`,
  );
});

test("has a line for each of many", async () => {
  const { text } = await inspect.run([join(fixtures, "saelens")], {}, context);
  expect(text).toContain("topk  8 features of 4, topk at blocks.3.hook_resid_post\n");
  expect(text).toContain("v3/cfg.json: no sae_lens_version");
});

test("says of a bundle what it is; without its manifest it is SAELens'", async () => {
  const dir = mkdtempSync(join(tmpdir(), "inspect-"));
  try {
    const folder = join(dir, "tiny");
    await writeTinyBundle(folder, { name: "tiny" });
    const files = readdirSync(folder).map((name) => ({
      name: `tiny/${name}`,
      data: readFileSync(join(folder, name)),
    }));
    writeFileSync(join(dir, "tiny.tar"), await tarOf(files));
    const packed = inspect.run([join(dir, "tiny.tar")], {}, context);
    await expect(packed).rejects.toThrow("tiny.tar: a bundle, packed (expected its folder");
    const whole = await inspect.run([folder], {}, context);
    expect(whole.data).toMatchObject({ kind: "bundle", manifest: { name: "tiny" } });
    rmSync(join(folder, "manifest.json"));
    const { data } = await inspect.run([folder], {}, context);
    expect(data).toMatchObject({ kind: "foreign", dictionaries: [{ format: "saelens" }] });
  } finally {
    rmSync(dir, { recursive: true });
  }
});
