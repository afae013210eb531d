import { expect, test } from "vitest";
import { toRegExp } from "./oniguruma.ts";

const llama3 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

test.each([
  ["It'S 12345!\n\n x", ["It", "'S", " ", "123", "45", "!\n\n", " x"]],
  ["'ſx", ["'ſ", "x"]], // ſ is another case of s
  ["a\u0085\u0085b", ["a", "\u0085", "\u0085b"]], // U+0085 is a space
  ["a\ufeff\ufeff b", ["a", "\ufeff\ufeff", " b"]], // U+FEFF is none
])("Llama 3 cuts %j as Python's tokenizers does", (text, words) => {
  expect(text.match(toRegExp(llama3) as RegExp)).toEqual(words);
});

test.each(["a++", "\\p{L}?+", "\\w+", "[a[b]]", "[a&&b]", "^a", ".", "(?i:[ab])", "(a", "\\h"])(
  "%s is not guessed at",
  (pattern) => {
    expect(toRegExp(pattern)).toBeNull();
  },
);
