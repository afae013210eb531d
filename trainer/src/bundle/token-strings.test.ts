import { expect, test } from "vitest";
import { tokenStrings } from "./token-strings.ts";

const byteLevel = (vocab: Record<string, number>, added_tokens: unknown[] = []) => ({
  model: { type: "BPE", vocab, merges: [] },
  added_tokens,
  decoder: { type: "ByteLevel" },
});

test("spaces, newlines and letters outside ASCII read as text", () => {
  // Ġ is the space's byte 0x20, Ċ the newline's 0x0A; é is written as its UTF-8 bytes C3 A9
  expect(tokenStrings(byteLevel({ Ġthe: 0, Ċ: 1, "cafÃ©": 2 }))).toEqual([" the", "\n", "café"]);
});

test("part of a character reads as U+FFFD", () => {
  // 🦙 is F0 9F A6 99; its first two bytes are no character
  expect(tokenStrings(byteLevel({ ðŁ: 0 }))).toEqual(["\ufffd"]);
});

test("an added token is its own text, and an unused id is empty", () => {
  const added = [{ id: 3, content: "<|endoftext|>", special: true }];
  expect(tokenStrings(byteLevel({ a: 0 }, added))).toEqual(["a", "", "", "<|endoftext|>"]);
});

test("a tokenizer that is not byte-level is refused", () => {
  expect(() => tokenStrings({ ...byteLevel({ a: 0 }), decoder: { type: "Metaspace" } })).toThrow(
    "expected a byte-level tokenizer",
  );
});
