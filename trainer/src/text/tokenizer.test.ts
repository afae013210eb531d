import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { embeddedModel } from "./config.ts";
import { createTokenizer, loadTokenizer } from "./tokenizer.ts";

const read = (name: string) =>
  readFileSync(new URL(`../../fixtures/tokenizer/${name}`, import.meta.url));
const unpacked = (name: string) => gunzipSync(read(`${name}.json.gz`));
const published = (name: string) => createTokenizer(unpacked(`${name}.tokenizer`), name);

/** The texts and ids of fixtures/tokenizer/README.md. */
function vectors(name: string): { text: string; ids: number[] }[] {
  const lines = read(`${name}.out`).toString().split("\n");
  return read(`${name}.inp`)
    .toString()
    .split("\n__ggml_vocab_test__\n")
    .map((text, i) => ({ text, ids: lines[i].split(" ").filter(Boolean).map(Number) }));
}

for (const name of ["gpt-neox", "gpt-2"]) {
  const tokenizer = published(name);
  test(`the ${name} tokenizer agrees with all 47 published vectors`, () => {
    const all = vectors(name);
    expect(all).toHaveLength(47);
    for (const { text, ids } of all) expect(tokenizer.encode(text)).toEqual(ids);
  });

  test(`the ${name} token strings put together are the text`, () => {
    for (const { text, ids } of vectors(name)) {
      const joined = ids.map((id) => tokenizer.tokens[id]).join("");
      // a token that holds part of a character can't be put together from strings
      if (!joined.includes("\ufffd")) expect(joined).toBe(text);
    }
  });
}

test("U+FEFF is no space, so a space goes with it", () => {
  const { encode, tokens } = published("gpt-neox");
  expect(encode("x \ufeffy").map((id) => tokens[id])).toEqual(["x", " \ufeff", "y"]);
});

test("the GPT-NeoX tokenizer knows its special tokens and its size", () => {
  const { special_ids, bos_id, d_vocab, encode } = published("gpt-neox");
  expect({ special_ids, bos_id, d_vocab }).toEqual({
    special_ids: [0, 1],
    bos_id: 0,
    d_vocab: 50277,
  });
  expect(encode("a<|endoftext|>b")).toEqual([66, 0, 67]);
});

test("documents open with the model's bos_token_id, else with <|endoftext|>", () => {
  const file = JSON.parse(unpacked("gpt-2.tokenizer").toString());
  const bare = Buffer.from(JSON.stringify({ ...file, added_tokens: [] }));
  const bos = (options: object) => createTokenizer(bare, "x.json", options);
  expect(published("gpt-2").bos_id).toBe(50256);
  expect(bos({ bos_id: 220 })).toMatchObject({ bos_id: 220, special_ids: [220] });
  expect(() => bos({ bos_id: 50257 })).toThrow(
    "x.json: has no token 50257, the model's bos_token_id",
  );
  expect(() => bos({ bos_id: null })).toThrow("x.json: has no added token <|endoftext|>");
});

test("the embedded tokenizer's tokens put together are the text they came from", async () => {
  const { encode, tokens, d_vocab } = await loadTokenizer(`${embeddedModel}/tokenizer.json`);
  const text = 'Lily said, "It\'s a red ball!"\n\n  12';
  expect(
    encode(text)
      .map((id) => tokens[id])
      .join(""),
  ).toBe(text);
  expect(encode("")).toEqual([]);
  expect(d_vocab).toBe(4096);
});

test("a file that is not there is refused by name", async () => {
  await expect(loadTokenizer("/nowhere/tokenizer.json")).rejects.toThrow(
    "/nowhere/tokenizer.json: cannot be read",
  );
});
