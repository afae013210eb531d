import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { rampCheckpoint, tokenizerBin } from "../../fixtures/llama2c.ts";
import { readSafetensors } from "../tensor/safetensors.ts";
import { importModel } from "./import-model.ts";

const dir = mkdtempSync(join(tmpdir(), "import-model-"));
afterAll(() => rmSync(dir, { recursive: true }));
const at = (name: string) => join(dir, name);
const context = { report() {}, say() {}, signal: new AbortController().signal };
const run = (...words: string[]) => importModel.run(words, {}, context);

// width 2, MLP 1, 1 layer, 1 head, 260 tokens, 1 position
const weights = rampCheckpoint([2, 1, 1, 1, 1, 260, 1], 260 * 2 + 2 + 4 * 4 + 2 + 3 * 2 + 2 + 2);
const tokenizer = tokenizerBin([{ bytes: " ", score: 0 }]);
writeFileSync(at("whole.data"), Buffer.concat([weights, tokenizer]));
writeFileSync(at("model.bin"), weights);
writeFileSync(at("tokenizer.bin"), tokenizer);

test("the folder is that of a model, the tokenizer in the file or beside it", async () => {
  await run(at("whole.data"), at("a"));
  await run(at("model.bin"), at("b"), at("tokenizer.bin"));
  const files = ["config.json", "model.safetensors", "tokenizer.json"];
  expect(readdirSync(at("a")).sort()).toEqual(files);
  for (const name of files)
    expect(readFileSync(join(at("a"), name))).toEqual(readFileSync(join(at("b"), name)));
  const file = readSafetensors(join(at("a"), "model.safetensors"));
  expect(file.info("model.embed_tokens.weight")).toEqual({ dtype: "F32", shape: [260, 2] });
  file.close();
});

test("what cannot be made whole leaves nothing behind", async () => {
  await expect(run(at("model.bin"), at("c"))).rejects.toThrow("no tokenizer follows its weights");
  await expect(run(at("model.bin"), at("c"), at("model.bin"))).rejects.toThrow("token 1 of 260");
  await expect(run(at("nothing"), at("c"))).rejects.toThrow("nothing: cannot be read");
  await expect(run(at("model.bin"), at("c"), at("nothing"))).rejects.toThrow("cannot be read");
  expect(readdirSync(dir).filter((name) => name.startsWith("c"))).toEqual([]);
});

test("a folder that holds something is left as it is", async () => {
  mkdirSync(at("full"));
  writeFileSync(join(at("full"), "notes"), "");
  await expect(run(at("whole.data"), at("full"))).rejects.toThrow("full: holds notes");
  await expect(run(at("whole.data"), at("model.bin"))).rejects.toThrow(
    "cannot be used as a folder",
  );
  expect(readdirSync(at("full"))).toEqual(["notes"]);
});
