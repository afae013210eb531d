import { expect, test } from "vitest";
import { parseShortId, toShortId } from "./short-link.ts";

test("is the number weights_from · 2²⁰ + index in base 58", () => {
  expect(toShortId({ weights_from: 1, index: 0 })).toBe("6Nhu"); // 1,048,576 = 5 · 58³ + 21 · 58² + 40 · 58 + 52
});

test.each([
  { weights_from: 1, index: 0 },
  { weights_from: 7, index: 131_071 },
  { weights_from: 2 ** 31 - 1, index: 2 ** 20 - 1 },
])("%o comes back", (key) => expect(parseShortId(toShortId(key))).toEqual(key));

test.each(["", "0", "l", "1", "1114qr", "zzzzzzzzz", "zzzzzzzzzz", "a/b", "ä"])(
  "%o is none",
  (id) => expect(parseShortId(id)).toBeNull(),
);
