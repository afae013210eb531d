import { expect, test } from "vitest";
import { loneTokenPieces, textPieces, tokenLabel } from "./tokens.ts";

test("a space before a word stays a space in running text", () => {
  expect(textPieces([" Lily"])).toEqual([{ text: " Lily", mark: false }]);
});

test("runs of tokens are as few pieces as can be", () => {
  expect(textPieces(["Once", " upon", "\n", "\n", "a"])).toEqual([
    { text: "Once upon", mark: false },
    { text: "↵↵", mark: true },
    { text: "a", mark: false },
  ]);
});

test("a token that is only white is made visible", () => {
  expect(textPieces(["  "])).toEqual([{ text: "␣␣", mark: true }]);
  expect(textPieces(["\n\n"])).toEqual([{ text: "↵↵", mark: true }]);
  expect(textPieces([""])).toEqual([{ text: "∅", mark: true }]);
});

test("newlines within a token are marked, the words beside them are not", () => {
  expect(textPieces(['."\n'])).toEqual([
    { text: '."', mark: false },
    { text: "↵", mark: true },
  ]);
});

test("a token by itself shows its outer spaces and keeps its inner ones", () => {
  expect(loneTokenPieces(" of the ")).toEqual([
    { text: "␣", mark: true },
    { text: "of the", mark: false },
    { text: "␣", mark: true },
  ]);
});

test("control characters and broken characters are named", () => {
  expect(tokenLabel("\u0007")).toBe("\\x07");
  expect(tokenLabel("\ufffd")).toBe("�");
  expect(textPieces(["\ufffd"])[0]?.mark).toBe(true);
});

test("characters outside the basic plane stay whole", () => {
  expect(textPieces(["🌳x"])).toEqual([{ text: "🌳x", mark: false }]);
});
