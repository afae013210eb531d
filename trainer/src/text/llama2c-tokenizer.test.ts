import { expect, test } from "vitest";
import { tokenizerBin } from "../../fixtures/llama2c.ts";
import { llama2cTokenizer } from "./llama2c-tokenizer.ts";
import { createTokenizer } from "./tokenizer.ts";

const pieces = [
  { bytes: " ", score: -1e9 },
  { bytes: " a", score: -1 },
  { bytes: "ab", score: -2 },
  { bytes: " ab", score: -3 },
  { bytes: "a", score: -1e9 },
  { bytes: "b", score: -1e9 },
];
const D_VOCAB = 3 + 256 + pieces.length;
const made = llama2cTokenizer(tokenizerBin(pieces), D_VOCAB, "t.bin") as {
  model: { vocab: Record<string, number>; merges: string[][] };
};

test("merges are all ways to make a piece, best score first, then the longest left part", () => {
  expect(made.model.merges).toEqual([
    ["▁", "a"],
    ["a", "b"],
    ["▁a", "b"],
    ["▁", "ab"],
  ]);
});

test("the first tokens have LLaMA's names, whatever the file calls them", () => {
  expect(made.model.vocab).toMatchObject({ "<unk>": 0, "<s>": 1, "</s>": 2 });
  expect(made.model.vocab).toMatchObject({ "<0x00>": 3, "<0x0A>": 13, "<0xFF>": 258, "▁a": 260 });
});

test("text is cut as the scores say, and what is no piece is bytes", () => {
  const file = Buffer.from(JSON.stringify(made));
  const { encode, tokens, bos_id, special_ids } = createTokenizer(file, "t.json", { bos_id: 1 });
  // a space goes before the text; ▁a scores better than ab, and ▁ab is made of it
  expect(encode("ab ba")).toEqual([262, 259, 264, 263]);
  expect(encode("\né")).toEqual([259, 13, 3 + 0xc3, 3 + 0xa9]);
  expect([13, 262].map((id) => tokens[id])).toEqual(["\n", " ab"]);
  expect({ bos_id, special_ids }).toEqual({ bos_id: 1, special_ids: [0, 1, 2] });
});

const bin = tokenizerBin(pieces);
test.each([
  [bin, D_VOCAB + 1, `token ${D_VOCAB} of ${D_VOCAB + 1} is missing`],
  [bin, D_VOCAB - 1, "9 bytes follow its last token"],
  [bin.subarray(0, -1), D_VOCAB, `token ${D_VOCAB - 1} of ${D_VOCAB} is cut off`],
  [tokenizerBin([{ bytes: "", score: 0 }]), 260, "token 259 of 260 is 0 bytes long"],
  [tokenizerBin([{ bytes: "x".repeat(600), score: 0 }]), 260, "is 600 bytes long"],
  [tokenizerBin([{ bytes: "x", score: Number.NaN }]), 260, "has the score NaN"],
  [tokenizerBin([{ bytes: Uint8Array.of(0xff), score: 0 }]), 260, "is not UTF-8"],
  [tokenizerBin([pieces[1], pieces[1]]), 261, 'token "▁a" is there twice'],
])("what is no tokenizer.bin is refused: %#", (bytes, d_vocab, message) => {
  expect(() => llama2cTokenizer(bytes, d_vocab, "t.bin")).toThrow(/^t\.bin: /);
  expect(() => llama2cTokenizer(bytes, d_vocab, "t.bin")).toThrow(message);
});
