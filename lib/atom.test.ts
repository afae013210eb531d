import { expect, test } from "vitest";
import { atomOf, updatedAt } from "./atom.ts";

const item = {
  id: "/discussions/1#comment-2",
  address: "/discussions/1-a#comment-2",
  title: `</title><script>"&'`,
  text: "a < b & ]]> \u0000 \u000b \ud800 ok 🎉",
  author: null,
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-02T00:00:00.000Z",
};
const feed = { title: "All & more", self: "/discussions/feed.xml", page: "/discussions" };

test("what people write cannot leave its element, and what XML cannot hold is left out", () => {
  const xml = atomOf({ ...feed, items: [item] }, "http://hub.example");
  expect(xml).toContain("<title>&lt;/title&gt;&lt;script&gt;&quot;&amp;&apos;</title>");
  expect(xml).toContain('<content type="text">a &lt; b &amp; ]]&gt;    ok 🎉</content>');
  expect(xml).toContain("<title>All &amp; more</title>");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
});

test("addresses are whole, and each entry has what RFC 4287 asks for", () => {
  const xml = atomOf({ ...feed, items: [item] }, "http://hub.example");
  expect(xml).toContain(
    'rel="self" type="application/atom+xml" href="http://hub.example/discussions/feed.xml"',
  );
  expect(xml).toContain('href="http://hub.example/discussions/1-a#comment-2"');
  for (const name of ["id", "title", "updated", "author", "name", "content", "published"])
    expect(xml.slice(xml.indexOf("<entry>"))).toContain(`<${name}`);
});

test("a feed is as new as what was changed last, wherever that stands in it", () => {
  const older = { ...item, updated_at: "2026-01-01T00:00:00.000Z" };
  expect(updatedAt({ ...feed, items: [older, item, older] })).toBe(item.updated_at);
  expect(updatedAt({ ...feed, items: [] })).toBe("1970-01-01T00:00:00.000Z");
});
