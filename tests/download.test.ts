import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { extract } from "tar-stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeDb } from "../server/db.ts";
import { downloadBundle, downloadFile } from "../server/download.ts";
import { downloadExport } from "../server/export.ts";
import { getDictionary } from "../server/queries/dictionaries.ts";
import { ingest, tinyBundle } from "./hub.ts";
import { serve } from "./servers.ts";

const named = { model: "tiny", dictionary: "res1-2x-topk2" };
let hubs: Awaited<ReturnType<typeof serve>>[] = [];
let whole: string;
let cfg: string;

beforeAll(async () => {
  await ingest(await tinyBundle());
  hubs = [
    await serve(downloadBundle, named),
    await serve(downloadFile, { ...named, name: "cfg.json" }),
  ];
  [whole, cfg] = hubs.map((hub) => hub.url) as [string, string];
});
afterAll(async () => {
  for (const hub of hubs) await hub.close();
  await closeDb();
});

test("every file of a downloaded bundle has the hash of the manifest", async () => {
  const response = await fetch(whole);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(response.headers.get("content-length")).toBe(String(bytes.length));
  expect(response.headers.get("content-disposition")).toBe(
    'attachment; filename="res1-2x-topk2.tar"',
  );
  const view = await getDictionary(null, "tiny", "res1-2x-topk2");
  const expected = new Map(view?.files.map((file) => [`${view.slug}/${file.name}`, file.sha256]));
  expect(expected.size).toBe(Object.keys(view?.manifest.files ?? {}).length + 1);
  for await (const entry of Readable.from([bytes]).pipe(extract())) {
    const sha256 = createHash("sha256")
      .update(await buffer(entry))
      .digest("hex");
    expect(sha256).toBe(expected.get(entry.header.name));
    expected.delete(entry.header.name);
  }
  expect([...expected.keys()]).toEqual([]);
});

describe("one file", () => {
  test("comes with its length, its hash as ETag and its type", async () => {
    const response = await fetch(cfg);
    const text = await response.text();
    const sha256 = createHash("sha256").update(text).digest("hex");
    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).toBe(`"${sha256}"`);
    expect(response.headers.get("content-length")).toBe(String(text.length));
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("private, no-cache, no-transform");
  });

  test("comes in parts that make the whole", async () => {
    const text = await (await fetch(cfg)).text();
    const parts = await Promise.all(
      ["0-99", "100-199", "200-"].map(async (range) => {
        const response = await fetch(cfg, { headers: { range: `bytes=${range}` } });
        expect(response.status).toBe(206);
        return response;
      }),
    );
    expect(parts[1]?.headers.get("content-range")).toBe(`bytes 100-199/${text.length}`);
    expect(parts[1]?.headers.get("content-length")).toBe("100");
    expect((await Promise.all(parts.map((part) => part.text()))).join("")).toBe(text);
  });

  test("has no bytes beyond its end", async () => {
    const response = await fetch(cfg, { headers: { range: "bytes=100000-" } });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toMatch(/^bytes \*\/\d+$/);
  });

  test("is not sent to whoever has it, nor a part of it to whoever has an older one", async () => {
    const etag = (await fetch(cfg)).headers.get("etag") as string;
    const cached = await fetch(cfg, { headers: { "if-none-match": etag } });
    expect(cached.status).toBe(304);
    const range = "bytes=0-9";
    const same = await fetch(cfg, { headers: { range, "if-range": etag } });
    expect(same.status).toBe(206);
    const other = await fetch(cfg, { headers: { range, "if-range": '"older"' } });
    expect(other.status).toBe(200);
  });

  test("is described by HEAD and not sent", async () => {
    const response = await fetch(cfg, { method: "HEAD" });
    expect(Number(response.headers.get("content-length"))).toBeGreaterThan(100);
    expect(await response.text()).toBe("");
  });

  test("of a pinned revision may be kept for ever", async () => {
    const { revision } = (await getDictionary(null, "tiny", "res1-2x-topk2")) ?? {};
    const response = await fetch(`${cfg}?revision=${revision}`);
    expect(response.headers.get("cache-control")).toContain("immutable");
  });
});

describe("another system's files", () => {
  const ask = async (format: string, init: RequestInit = {}, query = "") => {
    const hub = await serve(downloadExport, { ...named, format });
    const response = await fetch(hub.url + query, init);
    const bytes = Buffer.from(await response.arrayBuffer());
    await hub.close();
    return { status: response.status, headers: response.headers, bytes };
  };

  test("come as a tar of the stated length, whose weights are the bundle's", async () => {
    const { status, headers, bytes } = await ask("sparsify");
    expect(status).toBe(200);
    expect(headers.get("content-length")).toBe(String(bytes.length));
    expect(headers.get("content-disposition")).toContain("res1-2x-topk2-sparsify.tar");
    const files = new Map<string, Buffer>();
    for await (const entry of Readable.from([bytes]).pipe(extract()))
      files.set(entry.header.name, await buffer(entry));
    const names = ["cfg.json", "sae.safetensors", "export.json"];
    expect([...files.keys()]).toEqual(names.map((name) => `res1-2x-topk2/${name}`));
    const W_dec = (of: Buffer) => {
      const start = 8 + Number(of.readBigUInt64LE());
      const [begin, end] = JSON.parse(of.toString("utf8", 8, start)).W_dec.data_offsets;
      return of.subarray(start + begin, start + end);
    };
    const hub = await serve(downloadFile, { ...named, name: "sae_weights.safetensors" });
    const stored = Buffer.from(await (await fetch(hub.url)).arrayBuffer());
    await hub.close();
    const written = files.get("res1-2x-topk2/sae.safetensors") as Buffer;
    expect(W_dec(written).equals(W_dec(stored))).toBe(true);
  });

  test("are described by HEAD, and not sent to whoever has them", async () => {
    const { headers, bytes } = await ask("openai", { method: "HEAD" });
    expect([Number(headers.get("content-length")) % 512, bytes.length]).toEqual([0, 0]);
    const etag = headers.get("etag") as string;
    expect((await ask("openai", { headers: { "if-none-match": etag } })).status).toBe(304);
    expect((await ask("saelens", { headers: { "if-none-match": etag } })).status).toBe(200);
  });

  test("are refused where they cannot hold it, as the dictionary's page says", async () => {
    const { status, bytes } = await ask("gemma_scope");
    const why = "its features have thresholds, and this is topk";
    expect(status).toBe(422);
    expect(JSON.parse(bytes.toString()).error.message).toBe(
      `Gemma Scope cannot hold res1-2x-topk2: ${why}`,
    );
    const view = await getDictionary(null, "tiny", "res1-2x-topk2");
    expect(view?.exports.map(({ format, fit }) => `${format} ${fit}`)).toEqual([
      "saelens exact",
      "dictionary_learning exact",
      "sparsify exact",
      "openai exact",
      "gemma_scope refused",
    ]);
    expect(view?.exports.at(-1)?.says).toEqual([why]);
    expect((await ask("pickle")).status).toBe(400);
  });
});

test.each([
  ["a file that no bundle has", { name: "secret.txt" }],
  ["a dictionary that is not there", { dictionary: "other" }],
])("%s is not found", async (_what, other) => {
  const hub = await serve(downloadFile, { ...named, name: "cfg.json", ...other });
  const response = await fetch(hub.url);
  expect(response.status).toBe(404);
  expect((await response.json()).error.status).toBe(404);
  await hub.close();
});

test("a revision that is no hash is refused, and one that is not there is not found", async () => {
  expect((await fetch(`${cfg}?revision=newest`)).status).toBe(400);
  expect((await fetch(`${cfg}?revision=${"0".repeat(64)}`)).status).toBe(404);
});

test("only GET and HEAD are possible", async () => {
  const response = await fetch(cfg, { method: "DELETE" });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toBe("GET, HEAD");
});
