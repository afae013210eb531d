import { expect, test } from "vitest";
import { parseRange } from "./range.ts";

test.each([
  ["bytes=0-0", { start: 0, end: 1 }],
  ["bytes=2-5", { start: 2, end: 6 }],
  ["bytes=5-", { start: 5, end: 10 }],
  ["bytes=0-99", { start: 0, end: 10 }],
  ["bytes=-3", { start: 7, end: 10 }],
  ["bytes=-99", { start: 0, end: 10 }],
])("of ten bytes, %s asks for %o", (header, range) => {
  expect(parseRange(header, 10)).toEqual(range);
});

test.each(["bytes=10-", "bytes=10-12", "bytes=-0"])("%s cannot be met with ten bytes", (header) => {
  expect(parseRange(header, 10)).toBe("unsatisfiable");
});

test.each([undefined, "", "bytes=-", "bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes=a-b"])(
  "%s asks for the whole file",
  (header) => {
    expect(parseRange(header, 10)).toBeNull();
  },
);

test("no byte of an empty file can be asked for", () => {
  expect(parseRange("bytes=0-", 0)).toBe("unsatisfiable");
  expect(parseRange("bytes=-1", 0)).toBe("unsatisfiable");
});
