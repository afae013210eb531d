import { expect, test } from "vitest";
import { localPath } from "./local-path.ts";

test("a path of the hub stays, with its query and fragment", () => {
  expect(localPath("/a/b?sort=density#c")).toBe("/a/b?sort=density#c");
});

test.each([
  "",
  "a",
  "//evil.example",
  "/\\evil.example",
  "https://evil.example/",
  "javascript:x",
  "/.//evil.example",
  "/\t/evil.example",
])("%j leads to the first page instead", (given) => expect(localPath(given)).toBe("/"));
