import { expect, test } from "vitest";
import { snippetsOf } from "./snippets.ts";

const topk = { model: "m", slug: "d", architecture: "topk", k: 32, d_in: 128 };
const codeOf = (key: string, of = topk, pinned = {}) =>
  snippetsOf(of, "http://hub:3000", pinned).find((snippet) => snippet.key === key)?.code;

test("every address in a snippet is whole", () => {
  for (const { code } of snippetsOf(topk, "http://hub:3000", {})) {
    for (const [url] of code.matchAll(/["'](?:http[^"']*|\/[^"']*)["']/g)) {
      expect(url).toMatch(/^["']http:\/\/hub:3000\//);
    }
  }
});

test("a pinned revision is pinned in the snippets as well", () => {
  for (const { code } of snippetsOf(topk, "http://hub:3000", { revision: "abc" })) {
    expect(code).toContain("?revision=abc");
  }
});

test("the plain forward pass follows the architecture", () => {
  expect(codeOf("torch")).toContain(".topk(32, dim=-1)");
  expect(codeOf("torch", { ...topk, architecture: "standard" })).toContain(
    "acts = torch.relu(pre)",
  );
});
