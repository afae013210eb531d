import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hubForTests, weights } from "../../fixtures/hf-client.ts";
import { spoil } from "../../fixtures/hf-server.ts";
import type { Progress } from "../bundle/progress.ts";
import { openRepo } from "./open-repo.ts";
import { parseRepo } from "./repo.ts";

const at = hubForTests();

describe("a download", () => {
  test("that breaks off goes on from the byte where it stopped", async () => {
    let cuts = 0;
    at.hub.fault = (_request, response, { host }) => {
      if (host === "cdn" && cuts++ === 0) spoil(response, (body) => body.subarray(0, 100_000));
      return false;
    };
    const path = await at.fetch("org/tiny", "model.safetensors");
    expect(readFileSync(path).equals(weights)).toBe(true);
    const ranges = at.hub.asked.filter(({ host }) => host === "cdn").map(({ range }) => range);
    expect(ranges).toEqual([undefined, "bytes=100000-"]);
  });

  test("goes on with what an ended process left", async () => {
    const path = await at.fetch("org/tiny", "model.safetensors");
    const blob = join(
      at.cache,
      "models--org--tiny/blobs",
      readlinkSync(path).split("/").pop() as string,
    );
    writeFileSync(`${blob}.incomplete`, weights.subarray(0, 123));
    rmSync(blob);
    at.hub.asked.splice(0);
    expect(readFileSync(await at.fetch("org/tiny", "model.safetensors")).equals(weights)).toBe(
      true,
    );
    expect(at.hub.asked.at(-1)).toMatchObject({ host: "cdn", range: "bytes=123-" });
  });

  test("begins anew where the server knows no ranges", async () => {
    let cuts = 0;
    at.hub.fault = (request, response, { host }) => {
      delete request.headers.range;
      if (host === "cdn" && cuts++ === 0) spoil(response, (body) => body.subarray(0, 5));
      return false;
    };
    expect(readFileSync(await at.fetch("org/tiny", "model.safetensors")).equals(weights)).toBe(
      true,
    );
  });

  test.each([
    ["a large file, by its sha256", "model.safetensors", "cdn"],
    ["a small file, by git's hash", "config.json", "hub"],
  ])("with other bytes is refused and removed: %s", async (_what, path, host) => {
    at.hub.fault = (request, response, asked) => {
      const isBody =
        asked.host === host && request.method === "GET" && !asked.line.includes("revision");
      if (isBody) spoil(response, (body) => Buffer.alloc(body.length, 7));
      return false;
    };
    await expect(at.fetch("org/tiny", path)).rejects.toThrow(
      /^org\/tiny: \S+: arrived with hash [0-9a-f]{40,64} \(expected [0-9a-f]{40,64}\); what came was removed/,
    );
    expect(readdirSync(join(at.cache, "models--org--tiny/blobs"))).toEqual([]);
    at.hub.fault = () => false;
    await at.fetch("org/tiny", path);
  });

  test("by two at once is one download", async () => {
    const repos = [await at.open("org/tiny"), await at.open("org/tiny")];
    const paths = await Promise.all(repos.map((repo) => repo.fetch("model.safetensors")));
    expect(paths[0]).toBe(paths[1]);
    expect(readFileSync(paths[0]).equals(weights)).toBe(true);
    expect(at.hub.asked.filter(({ host }) => host === "cdn")).toHaveLength(1);
  });

  test("for which the disk has no room does not begin", async () => {
    at.hub.fault = (request, response) => {
      if (request.method !== "HEAD" || !request.url?.endsWith(".safetensors")) return false;
      const headers = { "x-linked-etag": '"aa"', "x-linked-size": 1e18, location: "http://cdn/aa" };
      return Boolean(response.writeHead(302, headers).end());
    };
    await expect(at.fetch("org/tiny", "model.safetensors")).rejects.toThrow(
      /blobs: 1000000000.0 GB are to be fetched, but only \d+\.\d GB are free; make room, or set HF_HUB_CACHE/,
    );
  });

  test("of many files does not begin when they do not fit together", async () => {
    const repo = await at.open("org/tiny");
    at.hub.asked.splice(0);
    const files = [{ path: "config.json", bytes: 26, sha256: null }];
    const large = { path: "model.safetensors", bytes: 1e18, sha256: null };
    await expect(repo.fetchAll([...files, large])).rejects.toThrow("GB are to be fetched");
    expect(at.hub.asked).toEqual([]);
    await repo.fetchAll(files);
    expect(readdirSync(repo.dir)).toEqual(["config.json"]);
  });

  test("that is stopped leaves what has come, and no lock", async () => {
    const stop = new AbortController();
    at.hub.fault = (_request, response, { host }) => {
      if (host === "cdn") spoil(response, (body) => body.subarray(0, 100_000));
      return false;
    };
    const report = ({ done }: Progress) => done >= 100_000 && stop.abort();
    const repo = await openRepo(parseRepo("org/tiny", "model"), {
      settings: at.settings(),
      report,
      signal: stop.signal,
    });
    await expect(repo.fetch("model.safetensors")).rejects.toThrow("aborted");
    const [part] = readdirSync(join(at.cache, "models--org--tiny/blobs"));
    expect(part).toMatch(/\.incomplete$/);
    expect(readdirSync(join(at.cache, ".locks/models--org--tiny"))).toEqual([]);
  });

  test("says how many bytes have come", async () => {
    await at.fetch("org/tiny", "model.safetensors");
    const last = { stage: "fetch model.safetensors", done: 300_000, total: 300_000, unit: "bytes" };
    expect(at.reported.at(-1)).toEqual(last);
  });
});
