import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Random } from "../../tensor/random.ts";
import { parseTokenizerFile } from "./file.ts";
import { createPipeline } from "./pipeline.ts";

type File = { model: object; added_tokens: object[] };
type Changes = { model?: object; added_tokens?: object; pre_tokenizer?: object };
type Vectors = { texts: string[]; tables: { family: string; changes: Changes; ids: number[][] }[] };

const read = (name: string) => {
  const path = new URL(`../../../fixtures/tokenizer/${name}.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(path)).toString());
};
const encoder = (file: object) =>
  createPipeline(parseTokenizerFile(Buffer.from(JSON.stringify(file)), "x.json"), "x.json");

/** A trained family's file with some settings changed, as VARIANTS of fixtures/tokenizer/make_trained.py. */
function trained(family: string, { model, added_tokens, ...rest }: Changes = {}): object {
  const file: File = read(`trained-${family}.tokenizer`);
  return {
    ...file,
    ...rest,
    model: { ...file.model, ...model },
    added_tokens: file.added_tokens.map((token) => ({ ...token, ...added_tokens })),
  };
}

const { texts, tables }: Vectors = read("trained-vectors");
for (const { family, changes, ids } of tables)
  test(`${family} ${JSON.stringify(changes)} gives the ids that Python's tokenizers gives`, () => {
    const encode = encoder(trained(family, changes));
    const different = texts.filter((text, i) => `${encode(text)}` !== `${ids[i]}`);
    expect(different).toEqual([]);
  });

for (const { family, changes } of tables)
  test(`${family} ${JSON.stringify(changes)} gives parts of a text the ids of the whole`, () => {
    const encode = encoder(trained(family, changes));
    // cut after a letter, before a line's end or a space and a letter
    for (const next of texts.flatMap((text) => [`\n${text}`, ` b${text}`])) {
      const parts = [...encode("Lily"), ...encode(next, { continues: true })];
      expect(parts).toEqual(encode(`Lily${next}`));
    }
  });

test("a word of a million letters takes less than the five seconds a test may take", () => {
  const random = new Random(0, "letters");
  const letters = Array.from({ length: 1_000_000 }, () => "aehilnorst"[random.int(10)]).join("");
  expect(encoder(trained("llama-3"))(letters).length).toBeGreaterThan(300_000);
});

test.each([
  ["{", "x.json: is not a tokenizer.json (Expected property name"],
  [{}, "x.json: model is missing"],
  [trained("llama-2", { model: { type: "Unigram" } }), 'x.json: model.type is "Unigram"'],
  [trained("llama-2", { model: { type: "WordPiece" } }), 'x.json: model.type is "WordPiece"'],
  [trained("llama-2", { model: { dropout: 0.1 } }), "x.json: model.dropout is 0.1"],
  [trained("llama-2", { model: { vocab: { a: -1 } } }), "x.json: model.vocab: expected token ids"],
  [trained("llama-2", { model: { merges: ["a b c"] } }), 'x.json: model.merges.0 is "a b c"'],
  [trained("llama-2", { model: { merges: ["▁ ☃"] } }), 'x.json: model.merges.0: no token "☃"'],
  [
    trained("llama-2", { pre_tokenizer: { type: "Whitespace" } }),
    'x.json: pre_tokenizer.type is "Whitespace"',
  ],
  [
    trained("llama-3", {
      pre_tokenizer: {
        type: "Split",
        pattern: { Regex: "\\p{L}++" },
        behavior: "Isolated",
        invert: false,
      },
    }),
    "x.json: pre_tokenizer: Split by \\p{L}++: not known here",
  ],
])("what would be guessed is refused by its key: %#", (file, message) => {
  const text = typeof file === "string" ? file : JSON.stringify(file);
  expect(() => createPipeline(parseTokenizerFile(Buffer.from(text), "x.json"), "x.json")).toThrow(
    message,
  );
});
