import { expect, test } from "vitest";
import { formatOutline, outlineText, parseOutline } from "./outline.ts";

const circle = Array.from({ length: 500 }, (_, i) => {
  const angle = (2 * Math.PI * i) / 500;
  return [4 + 3 * Math.cos(angle), 3 * Math.sin(angle)];
}).flat();

/** by the shoelace formula */
function area(outline: number[]): number {
  let sum = 0;
  for (let i = 0; i < outline.length; i += 2) {
    const next = (i + 2) % outline.length;
    sum +=
      (outline[i] ?? 0) * (outline[next + 1] ?? 0) - (outline[next] ?? 0) * (outline[i + 1] ?? 0);
  }
  return Math.abs(sum / 2);
}

test("corners between which the line is straight are left out", () => {
  expect(formatOutline([0, 0, 1, 0, 2, 0, 2, 1, 2, 2, 1, 1])).toBe("0,0 2,0 2,2");
});

test("a round outline keeps its shape in few corners", () => {
  const text = formatOutline(circle);
  expect(text.split(" ").length).toBeLessThanOrEqual(48);
  expect(area(parseOutline(text)) / (9 * Math.PI)).toBeGreaterThan(0.98);
  expect(outlineText.parse(text)).toBe(text);
});

test("a click, or a line there and back, is no outline", () => {
  expect(formatOutline([1, 1])).toBe("");
  expect(formatOutline([0, 0, 1, 1, 0, 0])).toBe("");
  expect(formatOutline([])).toBe("");
});

test("what is written is read back", () => {
  expect(parseOutline("0,0 -1.5,2 3,4.25")).toEqual([0, 0, -1.5, 2, 3, 4.25]);
  expect(parseOutline("")).toEqual([]);
});

test.each([
  "0,0 1,1",
  "0,0 1,1 2",
  "0,0 1,1 2,x",
  "0,0  1,1 2,2",
  "(0,0),(1,1),(2,2)",
  "0,0 1,1 1e9,2",
])("%j is refused", (text) => expect(outlineText.safeParse(text).success).toBe(false));

test("more corners than an outline may have are refused", () => {
  const corners = (n: number) => Array.from({ length: n }, (_, i) => `${i},${i % 2}`).join(" ");
  expect(outlineText.safeParse(corners(48)).success).toBe(true);
  expect(outlineText.safeParse(corners(49)).success).toBe(false);
});
