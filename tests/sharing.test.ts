import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GET } from "../app/api/oembed/route.ts";
import { shortPath } from "../lib/routes.ts";
import { closeDb, db } from "../server/db.ts";
import { followShortLink } from "../server/queries/short-links.ts";
import { ingest, tinyBundle } from "./hub.ts";

const path = "/tiny/res1-2x-topk2";
const host = "hub.example";
let weights_from: number;
const idOf = (index: number) => shortPath({ weights_from, index }).replace("/f/", "");

beforeAll(async () => {
  await ingest(await tinyBundle());
  weights_from = (await db().revision.findFirstOrThrow()).weights_from;
});
afterAll(closeDb);

async function oembed(query: Record<string, string>) {
  const address = `http://${host}/api/oembed?${new URLSearchParams(query)}`;
  const response = await GET(new Request(address, { headers: { host } }));
  return { status: response.status, text: await response.text() };
}

describe("an oEmbed answer", () => {
  test("for a feature is a frame of its page behind /embed", async () => {
    const { status, text } = await oembed({ url: `http://${host}${path}/3` });
    expect(status).toBe(200);
    const answer = JSON.parse(text);
    expect(answer).toMatchObject({
      version: "1.0",
      type: "rich",
      title: "Feature 3 of res1-2x-topk2 (tiny)",
      provider_url: `http://${host}`,
      width: 720,
      thumbnail_url: `http://${host}${path}/3/opengraph-image`,
    });
    expect(answer.html).toContain(`src="http://${host}/embed${path}/3?show=examples%2Cstatistics"`);
    expect(answer.html).toContain(`width="720" height="${answer.height}"`);
  });

  test("keeps the switches of the address, and within the size that is asked for", async () => {
    const url = `http://${host}/embed${path}/3?show=logits&theme=dark&other=1`;
    const { text } = await oembed({ url, maxwidth: "400", maxheight: "300" });
    const answer = JSON.parse(text);
    expect(answer).toMatchObject({ width: 400, height: 300 });
    expect(answer.html).toContain(`/embed${path}/3?show=logits&amp;theme=dark"`);
    expect(answer).not.toHaveProperty("thumbnail_url"); // it is wider
  });

  test("for a dictionary and for a short address", async () => {
    expect((await oembed({ url: `http://${host}${path}` })).text).toContain(
      "res1-2x-topk2 of tiny",
    );
    const short = await oembed({ url: `http://${host}/f/${idOf(3)}` });
    expect(JSON.parse(short.text).title).toBe("Feature 3 of res1-2x-topk2 (tiny)");
  });

  test("comes as XML, too", async () => {
    const { text } = await oembed({ url: `http://${host}${path}/3`, format: "xml" });
    expect(text).toMatch(/^<\?xml version="1.0" encoding="utf-8" standalone="yes"\?>\n<oembed>/);
    expect(text).toContain("<html>&lt;iframe src=&quot;http://hub.example/embed");
  });

  test.each([
    [404, { url: `http://other.example${path}/3` }],
    [404, { url: `http://${host}${path}/99` }],
    [404, { url: `http://${host}/f/zzz` }],
    [404, { url: `http://${host}/tiny` }],
    [400, { url: "no address" }],
    [400, {}],
    [400, { url: `http://${host}${path}/3`, maxwidth: "0" }],
    [501, { url: `http://${host}${path}/3`, format: "yaml" }],
  ])("is refused with %i: %o", async (status, query) => {
    expect((await oembed(query as Record<string, string>)).status).toBe(status);
  });
});

describe("a short address", () => {
  test("leads to its feature, and nowhere when there is no such feature", async () => {
    expect(await followShortLink(null, idOf(3))).toBe(`${path}/3`);
    expect(await followShortLink(null, idOf(99))).toBeNull();
    expect(await followShortLink(null, "O0")).toBeNull();
  });

  test("stays with its weights when the dictionary gets others", async () => {
    await ingest(await tinyBundle({ seed: 2 }));
    const { manifest_sha256 } = await db().revision.findFirstOrThrow({ orderBy: { id: "asc" } });
    expect(await followShortLink(null, idOf(3))).toBe(`${path}/3?revision=${manifest_sha256}`);
  });

  test("of a private dictionary leads nobody else anywhere, and no frame shows it", async () => {
    await db().dictionary.updateMany({ data: { visibility: "private" } });
    expect(await followShortLink(null, idOf(3))).toBeNull();
    expect((await oembed({ url: `http://${host}${path}/3` })).status).toBe(404);
  });
});
