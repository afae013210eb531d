import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalHub, spoil, startHub } from "../../fixtures/hf-server.ts";
import { HubError, UsageError } from "../bundle/errors.ts";
import type { Progress } from "../bundle/progress.ts";
import { type OpenRepo, openRepo } from "./open-repo.ts";
import { parseRepo } from "./repo.ts";
import type { HubSettings } from "./settings.ts";

const weights = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251));
const files = {
  "config.json": '{"model_type": "gpt_neox"}',
  "model.safetensors": weights,
  "data/a b.txt": "Lily",
};

let hub: LocalHub;
let cache: string;
let commit: string;
beforeAll(async () => {
  hub = await startHub();
  commit = hub.add("org/tiny", files);
});
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "hf-cache-"));
  hub.fault = () => false;
  hub.asked.splice(0);
});
afterEach(() => rmSync(cache, { recursive: true }));
afterAll(() => hub.close());

const signal = new AbortController().signal;
const reported: Progress[] = [];
function open(
  name: string,
  changes: Partial<HubSettings> = {},
  type: "model" | "dataset" = "model",
) {
  const settings = {
    endpoint: hub.url,
    token: null,
    cache,
    offline: false,
    retry_ms: 1,
    ...changes,
  };
  const report = (progress: Progress) => void reported.push(progress);
  return openRepo(parseRepo(name, type), { settings, report, signal });
}
const fetchOf = async (name: string, path: string, changes?: Partial<HubSettings>) =>
  (await open(name, changes)).fetch(path);
const token = { value: "hf_secret", from: "HF_TOKEN" };
const lines = () => hub.asked.map(({ host, line }) => `${host} ${line}`);

describe("the cache", () => {
  test("has the layout of Python's: blobs by ETag, relative links, the branch's commit", async () => {
    const repo = await open("org/tiny");
    const [config, large] = [
      await repo.fetch("config.json"),
      await repo.fetch("model.safetensors"),
    ];
    const dir = join(cache, "models--org--tiny");
    expect(repo).toMatchObject({ commit, dir: join(dir, "snapshots", commit) });
    expect(readFileSync(join(dir, "refs/main"), "utf8")).toBe(commit);
    expect(readFileSync(config, "utf8")).toBe(files["config.json"]);
    expect(readFileSync(large).equals(weights)).toBe(true);
    expect(readlinkSync(config)).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/);
    expect(readlinkSync(large)).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
    expect(readdirSync(join(dir, "blobs")).filter((name) => name.includes("."))).toEqual([]);
  });

  test("is asked before the hub: a file of a known commit needs no request", async () => {
    await fetchOf("org/tiny", "config.json");
    hub.asked.splice(0);
    await fetchOf(`org/tiny@${commit}`, "config.json");
    expect(hub.asked).toEqual([]);
  });

  test("keeps a file that two commits share once", async () => {
    await fetchOf("org/tiny", "model.safetensors");
    const other = hub.add("org/tiny", { ...files, "config.json": "{}" }, { revision: "step1" });
    hub.asked.splice(0);
    const path = await fetchOf("org/tiny@step1", "model.safetensors");
    expect(path).toContain(other);
    expect(readFileSync(path).equals(weights)).toBe(true);
    expect(lines().filter((line) => line.includes(" GET /org"))).toEqual([]);
  });

  test("has datasets beside models, and folders in them", async () => {
    hub.add("datasets/org/tales", { "data/a b.txt": "Lily" });
    const repo = await open("org/tales", {}, "dataset");
    expect(readFileSync(await repo.fetch("data/a b.txt"), "utf8")).toBe("Lily");
    expect(repo.dir).toContain("datasets--org--tales");
  });
});

test("the list has every page, with the hashes of large files, and no folders", async () => {
  const list = await (await open("org/tiny")).list();
  expect(list.map(({ path }) => path)).toEqual(Object.keys(files));
  expect(list[0]).toEqual({ path: "config.json", bytes: 26, sha256: null });
  expect(list[1]).toMatchObject({
    bytes: 300_000,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

describe("a download", () => {
  test("that breaks off goes on from the byte where it stopped", async () => {
    let cuts = 0;
    hub.fault = (_request, response, { host }) => {
      if (host === "cdn" && cuts++ === 0) spoil(response, (body) => body.subarray(0, 100_000));
      return false;
    };
    const path = await fetchOf("org/tiny", "model.safetensors");
    expect(readFileSync(path).equals(weights)).toBe(true);
    const ranges = hub.asked.filter(({ host }) => host === "cdn").map(({ range }) => range);
    expect(ranges).toEqual([undefined, "bytes=100000-"]);
  });

  test("goes on with what an ended process left", async () => {
    const path = await fetchOf("org/tiny", "model.safetensors");
    const blob = join(
      cache,
      "models--org--tiny/blobs",
      readlinkSync(path).split("/").pop() as string,
    );
    writeFileSync(`${blob}.incomplete`, weights.subarray(0, 123));
    rmSync(blob);
    hub.asked.splice(0);
    expect(readFileSync(await fetchOf("org/tiny", "model.safetensors")).equals(weights)).toBe(true);
    expect(hub.asked.at(-1)).toMatchObject({ host: "cdn", range: "bytes=123-" });
  });

  test("begins anew where the server knows no ranges", async () => {
    let cuts = 0;
    hub.fault = (request, response, { host }) => {
      delete request.headers.range;
      if (host === "cdn" && cuts++ === 0) spoil(response, (body) => body.subarray(0, 5));
      return false;
    };
    expect(readFileSync(await fetchOf("org/tiny", "model.safetensors")).equals(weights)).toBe(true);
  });

  test.each([
    ["a large file, by its sha256", "model.safetensors", "cdn"],
    ["a small file, by git's hash", "config.json", "hub"],
  ])("with other bytes is refused and removed: %s", async (_what, path, host) => {
    hub.fault = (request, response, asked) => {
      const isBody =
        asked.host === host && request.method === "GET" && !asked.line.includes("revision");
      if (isBody) spoil(response, (body) => Buffer.alloc(body.length, 7));
      return false;
    };
    await expect(fetchOf("org/tiny", path)).rejects.toThrow(
      /^org\/tiny: \S+: arrived with hash [0-9a-f]{40,64} \(expected [0-9a-f]{40,64}\); what came was removed/,
    );
    expect(readdirSync(join(cache, "models--org--tiny/blobs"))).toEqual([]);
    hub.fault = () => false;
    await fetchOf("org/tiny", path);
  });

  test("by two at once is one download", async () => {
    const repos = [await open("org/tiny"), await open("org/tiny")];
    const paths = await Promise.all(repos.map((repo) => repo.fetch("model.safetensors")));
    expect(paths[0]).toBe(paths[1]);
    expect(readFileSync(paths[0]).equals(weights)).toBe(true);
    expect(hub.asked.filter(({ host }) => host === "cdn")).toHaveLength(1);
  });

  test("for which the disk has no room does not begin", async () => {
    hub.fault = (request, response) => {
      if (request.method !== "HEAD" || !request.url?.endsWith(".safetensors")) return false;
      const headers = { "x-linked-etag": '"aa"', "x-linked-size": 1e18, location: "http://cdn/aa" };
      return Boolean(response.writeHead(302, headers).end());
    };
    await expect(fetchOf("org/tiny", "model.safetensors")).rejects.toThrow(
      /blobs: 1000000000.0 GB are to be fetched, but only \d+\.\d GB are free; make room, or set HF_HUB_CACHE/,
    );
  });

  test("of many files does not begin when they do not fit together", async () => {
    const repo = await open("org/tiny");
    hub.asked.splice(0);
    const files = [{ path: "config.json", bytes: 26, sha256: null }];
    const large = { path: "model.safetensors", bytes: 1e18, sha256: null };
    await expect(repo.fetchAll([...files, large])).rejects.toThrow("GB are to be fetched");
    expect(hub.asked).toEqual([]);
    await repo.fetchAll(files);
    expect(readdirSync(repo.dir)).toEqual(["config.json"]);
  });

  test("that is stopped leaves what has come, and no lock", async () => {
    const stop = new AbortController();
    hub.fault = (_request, response, { host }) => {
      if (host === "cdn") spoil(response, (body) => body.subarray(0, 100_000));
      return false;
    };
    const settings = { endpoint: hub.url, token: null, cache, offline: false, retry_ms: 1 };
    const report = ({ done }: Progress) => done >= 100_000 && stop.abort();
    const repo = await openRepo(parseRepo("org/tiny", "model"), {
      settings,
      report,
      signal: stop.signal,
    });
    await expect(repo.fetch("model.safetensors")).rejects.toThrow("aborted");
    const [part] = readdirSync(join(cache, "models--org--tiny/blobs"));
    expect(part).toMatch(/\.incomplete$/);
    expect(readdirSync(join(cache, ".locks/models--org--tiny"))).toEqual([]);
  });

  test("says how many bytes have come", async () => {
    reported.splice(0);
    await fetchOf("org/tiny", "model.safetensors");
    const last = { stage: "fetch model.safetensors", done: 300_000, total: 300_000, unit: "bytes" };
    expect(reported.at(-1)).toEqual(last);
  });
});

describe("the token", () => {
  test("goes to the hub with every request, and never to another host", async () => {
    hub.add("org/closed", files, { token: token.value });
    const repo = await open("org/closed", { token });
    await repo.list();
    await repo.fetch("model.safetensors");
    await repo.fetch("config.json");
    const sent = (host: string) =>
      hub.asked.filter((asked) => asked.host === host).map(({ authorization }) => authorization);
    expect(sent("hub").every((value) => value === "Bearer hf_secret")).toBe(true);
    expect(sent("cdn")).toEqual([undefined]);
  });

  test.each([
    [
      null,
      "org/absent",
      "there is no such model, or it is private (401: Invalid username or password.); check its name, or set HF_TOKEN to a token that may read it",
    ],
    [token, "org/absent", "check its name, or whether the token in HF_TOKEN may read it"],
    [
      null,
      "org/gated",
      "its owners ask for consent first (403: Access to model org/gated is restricted.); agree at HUB/org/gated, then set HF_TOKEN to your token",
    ],
    [
      { ...token, value: "other" },
      "org/gated",
      "agree at HUB/org/gated, with the account whose token is in HF_TOKEN",
    ],
  ])("%j: %s: says what to do", async (given, id, message) => {
    hub.add("org/gated", files, { token: "hf_other", isGated: true });
    await expect(open(id, { token: given })).rejects.toThrow(message.replace("HUB", hub.url));
    await expect(open(id, { token: given })).rejects.not.toThrow("hf_secret");
  });

  test("that is not accepted is named by its place, not by its value", async () => {
    hub.fault = (_request, response) => Boolean(response.writeHead(401).end());
    const error = await open("org/tiny", { token }).catch((cause: Error) => cause);
    expect(error).toMatchObject({
      message: expect.stringContaining("the token in HF_TOKEN is not accepted (401)"),
    });
    expect(String(error)).not.toContain(token.value);
  });
});

describe("what is not there", () => {
  test("is a revision", async () => {
    await expect(open("org/tiny@step9")).rejects.toThrow(
      `org/tiny on ${hub.url}: there is no revision step9 (404: Invalid rev id: step9; expected a branch, a tag or a commit)`,
    );
    await expect(open("org/tiny@step9")).rejects.toThrow(UsageError);
  });

  test("is a file", async () => {
    await expect(fetchOf("org/tiny", "tokenizer.json")).rejects.toThrow(
      `org/tiny on ${hub.url}: there is no file tokenizer.json at revision main (404: Entry not found)`,
    );
  });

  test.each(["../../x", "/etc/passwd", "a//b", "", "a\\b"])("is a file called %j", async (path) => {
    await expect(fetchOf("org/tiny", path)).rejects.toThrow(
      "is not the name of a file in a repository",
    );
  });

  test("is a hub: an answer that no hub gives is named", async () => {
    hub.fault = (_request, response) => Boolean(response.end("<html>"));
    await expect(open("org/tiny")).rejects.toThrow(
      "answered what a model hub does not; check HF_ENDPOINT",
    );
    await expect(fetchOf(`org/tiny@${commit}`, "config.json")).rejects.toThrow("is HF_ENDPOINT");
  });
});

describe("a hub that is busy", () => {
  const busyFor = (times: number, status: number, headers: Record<string, string> = {}) => {
    let refused = 0;
    hub.fault = (_request, response) =>
      refused++ < times && Boolean(response.writeHead(status, headers).end());
  };

  test.each([429, 500, 503])("with %i is asked again", async (status) => {
    busyFor(3, status);
    expect(await open("org/tiny")).toMatchObject({ commit });
    expect(hub.asked).toHaveLength(4);
  });

  test("is given the time that it asks for", async () => {
    busyFor(1, 429, { "retry-after": "1" });
    const begun = Date.now();
    await open("org/tiny");
    expect(Date.now() - begun).toBeGreaterThan(990);
    expect(reported.at(-1)).toMatchObject({
      stage: expect.stringContaining("wait for 127.0.0.1"),
      total: 1,
      unit: "s",
    });
  });

  test("beyond patience is left alone, with the reason", async () => {
    busyFor(9, 429);
    await expect(open("org/tiny")).rejects.toThrow(
      `org/tiny on ${hub.url}: too many requests (429); wait a few minutes and give the same command again, or set HF_TOKEN`,
    );
    expect(hub.asked).toHaveLength(5);
    busyFor(1, 429, { ratelimit: '"api";r=0;t=1000' });
    await expect(open("org/tiny")).rejects.toThrow("too many requests");
  });

  test("or breaks connections is asked again, then said to be out of reach", async () => {
    let refused = 0;
    hub.fault = (_request, response) => refused++ < 2 && Boolean(response.destroy());
    expect(await open("org/tiny")).toMatchObject({ commit });
    hub.fault = (_request, response) => Boolean(response.destroy());
    await expect(open("org/tiny")).rejects.toThrow(
      `${hub.url}: the connection was broken off; check the network and HF_ENDPOINT, or set HF_HUB_OFFLINE=1 to work with what is in ${cache}`,
    );
  });
});

describe("offline", () => {
  test("what was fetched is there, and nothing is asked", async () => {
    await fetchOf("org/tiny", "config.json");
    hub.asked.splice(0);
    const repo: OpenRepo = await open("org/tiny", { offline: true });
    expect(readFileSync(await repo.fetch("config.json"), "utf8")).toBe(files["config.json"]);
    expect(await repo.list()).toEqual([{ path: "config.json", bytes: 26, sha256: null }]);
    await expect(repo.fetch("model.safetensors")).rejects.toThrow(
      "org/tiny: model.safetensors is not in",
    );
    expect(hub.asked).toEqual([]);
  });

  test.each(["org/tiny", "org/tiny@step1", `org/tiny@${"0".repeat(40)}`])(
    "%s is missed by name",
    async (name) => {
      const error = await open(name, { offline: true }).catch((cause: Error) => cause);
      expect(error).toBeInstanceOf(HubError);
      expect(error).toMatchObject({
        message: `${name}: not in ${cache}, and HF_HUB_OFFLINE is set; unset it to fetch the model, or set HF_HUB_CACHE to the folder that has it`,
      });
    },
  );
});
