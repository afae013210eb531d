import { expect, test } from "vitest";
import { loneTokenPieces, tokenLabel, tokenPieces } from "./tokens.ts";

test("a space before a word stays a space in running text", () => {
  expect(tokenPieces(" Lily")).toEqual([{ text: " Lily", mark: false }]);
});

test("a token that is only white is made visible", () => {
  expect(tokenPieces("  ")).toEqual([{ text: "␣␣", mark: true }]);
  expect(tokenPieces("\n\n")).toEqual([{ text: "↵↵", mark: true }]);
  expect(tokenPieces("")).toEqual([{ text: "∅", mark: true }]);
});

test("newlines within a token are marked, the words beside them are not", () => {
  expect(tokenPieces('."\n')).toEqual([
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
  expect(tokenPieces("\ufffd")[0]?.mark).toBe(true);
});

test("characters outside the basic plane stay whole", () => {
  expect(tokenPieces("🌳x")).toEqual([{ text: "🌳x", mark: false }]);
});
