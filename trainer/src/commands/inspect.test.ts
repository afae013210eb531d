import { join } from "node:path";
import { expect, test } from "vitest";
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
