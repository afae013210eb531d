import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { codePointsOf, onlyDrawable } from "./glyphs.ts";

const file = readFileSync(
  new URL("../node_modules/geist/dist/fonts/geist-mono/GeistMono-Regular.ttf", import.meta.url),
);
const font = codePointsOf(file.buffer.slice(file.byteOffset, file.byteOffset + file.length));

test("a Latin font has letters, digits and the marks that tokens are shown with", () => {
  for (const c of "azAZ09 ␣↵¤é−") expect(font.has(c.codePointAt(0) ?? 0), c).toBe(true);
});

test("what it lacks becomes ¤, one for each character", () => {
  expect(onlyDrawable("a🌳b", font)).toBe("a¤b");
  expect(onlyDrawable("猫の", font)).toBe("¤¤");
});

test("what it has is left alone", () => {
  expect(onlyDrawable(" Lily’s", font)).toBe(" Lily’s");
});
