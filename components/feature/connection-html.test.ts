import { expect, test } from "vitest";
import { connectionHtml } from "./connection-html.ts";

const dictionary = { slug: "res1", hook_name: "", state: "same", revision: null } as const;
const feature = { index: 7, top_token: " a<b", weight: -0.5, relu_weight: null };

test("a row leads to its feature, with its token and both weights", () => {
  const html = connectionHtml("tiny", dictionary, feature);
  expect(html).toContain('<a href="/tiny/res1/7" data-soft');
  expect(html).toContain("␣</span>a&lt;b</code>");
  expect(html).toMatch(/−0\.500<\/span>.*–/);
});

test("one of a dictionary that is not here leads nowhere", () => {
  expect(connectionHtml("tiny", { ...dictionary, state: "missing" }, feature)).not.toContain("<a");
});
