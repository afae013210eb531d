import { expect, test } from "vitest";
import { cutExample, exampleText } from "./example-window.ts";

const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN"]; // a window of 40
const example = {
  context: 3,
  window_start: 60,
  position: 75, // letters[15]: p
  tokens: letters,
  activations: letters.map((_, i) => i),
};

test("ten tokens each way of the chosen one, which stays at its position", () => {
  const cut = cutExample(example, "10");
  expect(cut.tokens.join("")).toBe("fghijklmnopqrstuvwxyz");
  expect(cut.activations).toEqual(Array.from({ length: 21 }, (_, i) => i + 5));
  expect(cut.tokens[cut.position - cut.window_start]).toBe("p");
});

test("fewer where the stored window ends", () => {
  const cut = cutExample({ ...example, position: 62 }, "10");
  expect(cut.tokens.join("")).toBe("abcdefghijklm");
  expect(cut.window_start).toBe(60);
  expect(cutExample({ ...example, position: 98 }, "10").tokens).toHaveLength(12);
});

test("other windows leave the example as it is", () => {
  for (const window of ["line", "stored", "whole"] as const)
    expect(cutExample(example, window)).toBe(example);
});

test("as text the chosen token is marked, its space left outside, and it is one line", () => {
  const small = { window_start: 5, position: 7, tokens: ["A", " big", " dog", " ran", ".\n"] };
  expect(exampleText(small)).toBe("A big <<dog>> ran.↵");
  expect(exampleText({ ...small, before: ["\r\n", "Once"], after: [" End"] })).toBe(
    "↵OnceA big <<dog>> ran.↵ End",
  );
});

test("a chosen token that is white keeps its place", () => {
  const tokens = ["a", "\n", "b"];
  expect(exampleText({ window_start: 0, position: 1, tokens })).toBe("a↵<<>>b");
});
