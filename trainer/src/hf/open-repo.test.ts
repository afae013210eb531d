import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hubForTests, tinyFiles, weights } from "../../fixtures/hf-client.ts";
import { HubError, UsageError } from "../bundle/errors.ts";

const at = hubForTests();

describe("the cache", () => {
  test("has the layout of Python's: blobs by ETag, relative links, the branch's commit", async () => {
    const repo = await at.open("org/tiny");
    const [config, large] = [
      await repo.fetch("config.json"),
      await repo.fetch("model.safetensors"),
    ];
    const dir = join(at.cache, "models--org--tiny");
    expect(repo).toMatchObject({ commit: at.commit, dir: join(dir, "snapshots", at.commit) });
    expect(readFileSync(join(dir, "refs/main"), "utf8")).toBe(at.commit);
    expect(readFileSync(config, "utf8")).toBe(tinyFiles["config.json"]);
    expect(readFileSync(large).equals(weights)).toBe(true);
    expect(readlinkSync(config)).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{40}$/);
    expect(readlinkSync(large)).toMatch(/^\.\.\/\.\.\/blobs\/[0-9a-f]{64}$/);
    expect(readdirSync(join(dir, "blobs")).filter((name) => name.includes("."))).toEqual([]);
  });

  test("is asked before the hub: a file of a known commit needs no request", async () => {
    await at.fetch("org/tiny", "config.json");
    at.hub.asked.splice(0);
    await at.fetch(`org/tiny@${at.commit}`, "config.json");
    expect(at.hub.asked).toEqual([]);
  });

  test("keeps a file that two commits share once", async () => {
    await at.fetch("org/tiny", "model.safetensors");
    const other = at.hub.add(
      "org/tiny",
      { ...tinyFiles, "config.json": "{}" },
      { revision: "step1" },
    );
    at.hub.asked.splice(0);
    const path = await at.fetch("org/tiny@step1", "model.safetensors");
    expect(path).toContain(other);
    expect(readFileSync(path).equals(weights)).toBe(true);
    expect(at.hub.asked.filter(({ line }) => line.startsWith("GET /org"))).toEqual([]);
  });

  test("has datasets beside models, and folders in them", async () => {
    at.hub.add("datasets/org/tales", { "data/a b.txt": "Lily" });
    const repo = await at.open("org/tales", {}, "dataset");
    expect(readFileSync(await repo.fetch("data/a b.txt"), "utf8")).toBe("Lily");
    expect(repo.dir).toContain("datasets--org--tales");
  });
});

test("the list has every page, with the hashes of large tinyFiles, and no folders", async () => {
  const list = await (await at.open("org/tiny")).list();
  expect(list.map(({ path }) => path)).toEqual(Object.keys(tinyFiles));
  expect(list[0]).toEqual({ path: "config.json", bytes: 26, sha256: null });
  expect(list[1]).toMatchObject({
    bytes: 300_000,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

describe("what is not there", () => {
  test("is a revision", async () => {
    await expect(at.open("org/tiny@step9")).rejects.toThrow(
      `org/tiny on ${at.hub.url}: there is no revision step9 (404: Invalid rev id: step9; expected a branch, a tag or a commit)`,
    );
    await expect(at.open("org/tiny@step9")).rejects.toThrow(UsageError);
  });

  test("is a file", async () => {
    await expect(at.fetch("org/tiny", "tokenizer.json")).rejects.toThrow(
      `org/tiny on ${at.hub.url}: there is no file tokenizer.json at revision main (404: Entry not found)`,
    );
  });

  test.each(["../../x", "/etc/passwd", "a//b", "", "a\\b"])("is a file called %j", async (path) => {
    await expect(at.fetch("org/tiny", path)).rejects.toThrow(
      "is not the name of a file in a repository",
    );
  });

  test("is a hub: an answer that no hub gives is named", async () => {
    at.hub.fault = (_request, response) => Boolean(response.end("<html>"));
    await expect(at.open("org/tiny")).rejects.toThrow(
      "answered what a model hub does not; check HF_ENDPOINT",
    );
    await expect(at.fetch(`org/tiny@${at.commit}`, "config.json")).rejects.toThrow(
      "is HF_ENDPOINT",
    );
  });
});

describe("offline", () => {
  test("what was fetched is there, and nothing is asked", async () => {
    await at.fetch("org/tiny", "config.json");
    at.hub.asked.splice(0);
    const repo = await at.open("org/tiny", { offline: true });
    expect(readFileSync(await repo.fetch("config.json"), "utf8")).toBe(tinyFiles["config.json"]);
    expect(await repo.list()).toEqual([{ path: "config.json", bytes: 26, sha256: null }]);
    await expect(repo.fetch("model.safetensors")).rejects.toThrow(
      "org/tiny: model.safetensors is not in",
    );
    expect(at.hub.asked).toEqual([]);
  });

  test.each(["org/tiny", "org/tiny@step1", `org/tiny@${"0".repeat(40)}`])(
    "%s is missed by name",
    async (name) => {
      const error = await at.open(name, { offline: true }).catch((cause: Error) => cause);
      expect(error).toBeInstanceOf(HubError);
      expect(error).toMatchObject({
        message: `${name}: not in ${at.cache}, and HF_HUB_OFFLINE is set; unset it to fetch the model, or set HF_HUB_CACHE to the folder that has it`,
      });
    },
  );
});
