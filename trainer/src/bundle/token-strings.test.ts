import { expect, test } from "vitest";
import { tokenStrings } from "./token-strings.ts";

const byteLevel = (vocab: Record<string, number>, added_tokens: object[] = []) => ({
  model: { vocab },
  added_tokens,
  decoder: { type: "ByteLevel" },
});

/** LLaMA's decoder */
const pieces = (vocab: Record<string, number>) => ({
  ...byteLevel(vocab),
  decoder: {
    type: "Sequence",
    decoders: [
      { type: "Replace", pattern: { String: "▁" }, content: " " },
      { type: "ByteFallback" },
      { type: "Fuse" },
      { type: "Strip", content: " ", start: 1, stop: 0 },
    ],
  },
});

test("each token is its exact text", () => {
  // Ġ stands for a space, Ċ for a newline, and each of Ã © for one byte of é
  expect(tokenStrings(byteLevel({ Ġthe: 0, Ċ: 1, "cafÃ©": 2 }))).toEqual([" the", "\n", "café"]);
});

test("part of a character shows as U+FFFD", () => {
  // the first two of the four bytes of 🦙
  expect(tokenStrings(byteLevel({ ðŁ: 0 }))).toEqual(["\ufffd"]);
});

test("a piece's ▁ is a space, and its bytes are ASCII or part of a character", () => {
  const vocab = { "▁the": 0, "▁▁": 1, "<0x0A>": 2, "<0x00>": 3, "<0xF0>": 4, "<0x0A": 5, é: 6 };
  const texts = [" the", "  ", "\n", "\0", "\ufffd", "<0x0A", "é"];
  expect(tokenStrings(pieces(vocab))).toEqual(texts);
  const metaspace = { ...byteLevel({ "▁a▁": 0 }), decoder: { type: "Metaspace" } };
  expect(tokenStrings(metaspace)).toEqual([" a "]);
  const dollar = { type: "Replace", pattern: { String: "▁" }, content: "$&" };
  expect(tokenStrings({ ...metaspace, decoder: dollar })).toEqual(["$&a$&"]);
});

test("added tokens stand for themselves, unused ids for nothing", () => {
  const added = [{ id: 3, content: "<|endoftext|>" }];
  expect(tokenStrings(byteLevel({ a: 0 }, added))).toEqual(["a", "", "", "<|endoftext|>"]);
});

test("a token may have the name of what every object has", () => {
  const file = JSON.parse('{"model":{"vocab":{"__proto__":1,"constructor":0}},"added_tokens":[]}');
  const tokens = tokenStrings({ ...file, decoder: { type: "Fuse" } });
  expect(tokens).toEqual(["constructor", "__proto__"]);
});

test("150,000 tokens take less than the five seconds a test may take", () => {
  const vocab = Object.fromEntries(Array.from({ length: 150_000 }, (_, id) => [`Ġt${id}`, id]));
  expect(tokenStrings(byteLevel(vocab))[149_999]).toBe(" t149999");
});

const decoder = (value: unknown) => ({ ...byteLevel({ a: 0 }), decoder: value });
test.each([
  [decoder({ type: "WordPiece" }), 'tokenizer.json: decoder.type is "WordPiece"'],
  [
    decoder({ type: "Sequence", decoders: [{ type: "Fuse" }, { type: "CTC" }] }),
    'tokenizer.json: decoder.decoders.1.type is "CTC"',
  ],
  [decoder(null), "tokenizer.json: decoder is null"],
  [byteLevel({ a: 2 ** 23 }), "tokenizer.json: model.vocab: expected token ids from 0 to 4194304"],
  [byteLevel({ a: 0.5 }), "tokenizer.json: model.vocab"],
  [byteLevel({}, [{ id: -1, content: "x" }]), "tokenizer.json: added_tokens.0.id is -1"],
  [{}, "tokenizer.json: model is missing"],
])("what is read otherwise is refused by its key: %#", (file, message) => {
  expect(() => tokenStrings(file)).toThrow(message);
});
