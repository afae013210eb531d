import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type PushHub, startPushHub } from "../../fixtures/hf-push-server.ts";
import { writeTinyBundle } from "../../fixtures/tiny-bundle.ts";
import type { HubSettings } from "../hf/settings.ts";
import { mergeReadme } from "./publish/readme.ts";
import { publishBundle, publishFlags } from "./publish.ts";

const tmp = mkdtempSync(join(tmpdir(), "publish-"));
const bundles = { one: join(tmp, "one"), other: join(tmp, "other") };
const to = "org/dictionaries";
let hub: PushHub;
let settings: HubSettings;

beforeAll(async () => {
  await writeTinyBundle(bundles.one, { d_sae: 64 });
  await writeTinyBundle(bundles.other, { name: "res1-2x-standard", architecture: "standard" });
});
beforeEach(async () => {
  hub = await startPushHub();
  settings = {
    endpoint: hub.url,
    token: { value: "hf_writer", from: "HF_TOKEN" },
    cache: join(tmp, "cache"),
    offline: false,
    retry_ms: 1,
  };
});
afterEach(() => hub.close());
afterAll(() => rmSync(tmp, { recursive: true }));

const run = (dir: string, flags: object = {}, signal = new AbortController().signal) =>
  publishBundle(dir, publishFlags.parse({ to, ...flags }), {
    report: () => {},
    say: () => {},
    signal,
    settings,
  });
const put = () => hub.asked.filter(({ line }) => line.startsWith("PUT"));
const states = async (running: ReturnType<typeof run>) => {
  const { files } = (await running).data as { files: { path: string; state: string }[] };
  return Object.fromEntries(files.map(({ path, state }) => [path.split("/").at(-1), state]));
};

test("a bundle is in a new repository byte for byte, in one commit", async () => {
  const { data } = await run(bundles.one, { private: true });
  expect(hub.commits).toEqual([
    { id: to, branch: "main", commit: data.commit, summary: "Put tiny/res1-2x-topk2" },
  ]);
  expect(hub.visibility.get(to)).toBe("private");
  const files = hub.files(to);
  for (const name of ["cfg.json", "sae_weights.safetensors", "features.parquet", "manifest.json"])
    expect(files?.get(`res1-2x-topk2/${name}`)?.equals(readFileSync(join(bundles.one, name)))).toBe(
      true,
    );
  expect(put().length).toBeGreaterThan(6); // the larger ones in parts
});

test("what is there with the same hash is not sent again", async () => {
  await run(bundles.one);
  hub.asked.splice(0);
  const again = await run(bundles.one);
  expect(again.data.commit).toBeNull();
  expect(again.text).toContain("is there already, every file with the same hash");
  expect(put()).toEqual([]);
  expect(hub.commits).toHaveLength(1);
});

describe("a README", () => {
  test("says what the dictionary is, with its metrics and how to load it", async () => {
    await run(bundles.one, { license: "MIT" });
    const text = hub.files(to)?.get("README.md")?.toString() ?? "";
    expect(text.startsWith("---\nlibrary_name: saelens\nlicense: mit\ntags:\n")).toBe(true);
    expect(text).toContain("# dictionaries\n");
    expect(text).toContain("A sparse autoencoder (topk, k = 2) of 64 features");
    expect(text).toMatch(/\| FVU \| 0\.\d{4} \| Fraction of variance unexplained: Σ‖x − x̂‖²/);
    expect(text).toContain("all but position 0 of each context and the token ids 0");
    expect(text).toContain('SAE.load_from_disk(folder + "/res1-2x-topk2")');
    expect(text).toContain("AutoEncoderTopK(4, 64, k=2)");
    expect(text).toContain("torch.relu(pre).topk(2, dim=-1)");
    expect(text).not.toMatch(/https?:/);
  });

  test("of a shared repository gets a section for each, and keeps the rest", async () => {
    await run(bundles.one);
    const mine = `${hub.files(to)?.get("README.md")}\nWritten by hand.\n`;
    hub.files(to)?.set("README.md", Buffer.from(mine));
    // the branch's commit holds what was written by hand
    const other = await startCommit("README.md", mine);
    expect(other).toBeDefined();
    await run(bundles.other);
    const both = hub.files(to)?.get("README.md")?.toString() ?? "";
    expect(both.startsWith(mine.trimEnd())).toBe(true);
    expect(both).toContain("## res1-2x-standard");
    await run(bundles.one);
    expect(hub.files(to)?.get("README.md")?.toString()).toBe(both);
  });

  test("that lost one of its marks is refused", () => {
    const of = { key: "a", section: "b", title: "c", head: { license: null, base_model: null } };
    const whole = mergeReadme("by hand", of);
    expect(mergeReadme(whole, of)).toBe(whole);
    expect(() => mergeReadme(whole.replace("<!-- dictionary a: end -->", ""), of)).toThrow(
      "one of the marks",
    );
  });
});

/** Somebody else's commit. */
async function startCommit(path: string, text: string): Promise<Response> {
  const head = hub.commits.at(-1)?.commit;
  const lines = [
    { key: "header", value: { summary: "By hand", parentCommit: head } },
    {
      key: "file",
      value: { path, content: Buffer.from(text).toString("base64"), encoding: "base64" },
    },
  ];
  return fetch(`${hub.url}/api/models/${to}/commit/main`, {
    method: "POST",
    headers: { authorization: "Bearer hf_writer", "content-type": "application/x-ndjson" },
    body: lines.map((line) => JSON.stringify(line)).join("\n"),
  });
}

describe("when something goes wrong, the repository is as it was", () => {
  const untouched = () => expect([...(hub.files(to)?.keys() ?? [])]).toEqual([".gitattributes"]);

  test("a connection that breaks is tried again", async () => {
    let broken = 0;
    hub.trouble = ({ method }) => (method === "PUT" && broken++ < 2 ? "break" : undefined);
    await run(bundles.one);
    expect(hub.commits).toHaveLength(1);
  });

  test("broken off, the same command sends what is missing alone", async () => {
    let sent = 0;
    hub.trouble = ({ method }) => (method === "PUT" && ++sent > 3 ? 400 : undefined);
    await expect(run(bundles.one)).rejects.toThrow("the same command goes on");
    untouched();
    hub.trouble = () => undefined;
    const found = Object.values(await states(run(bundles.one)));
    expect(found).toContain("known");
    expect(found).toContain("sent");
  });

  test("Ctrl-C stops it before the commit", async () => {
    const controller = new AbortController();
    hub.trouble = ({ method }) => {
      if (method === "PUT") controller.abort(new Error("stopped"));
      return undefined;
    };
    await expect(run(bundles.one, {}, controller.signal)).rejects.toThrow("stopped");
    untouched();
  });

  test.each([
    [/verify/, 422, "does not take it (422: as told)"],
    [/batch/, 413, "larger than the hub takes"],
    [/commit/, 412, "it was changed while this was sent"],
    [/commit/, 409, "give the same command again"],
    [/preupload/, 403, "the token in HF_TOKEN may not write there"],
    [/repos\/create/, 401, "the token in HF_TOKEN is not accepted"],
  ])("%s answered by %i", async (path, status, says) => {
    hub.trouble = ({ url }) => (path.test(url ?? "") ? status : undefined);
    await expect(run(bundles.one)).rejects.toThrow(says);
    if (hub.files(to)) untouched();
  });

  test("bytes that arrive otherwise than their hash are found", async () => {
    hub.trouble = ({ method }) => (method === "PUT" ? "spoil" : undefined);
    await expect(run(bundles.one)).rejects.toThrow("Content does not match its hash");
    untouched();
  });

  test.each([
    [{ to: "others/mine" }, "may not write there"],
    [{ path: "../up" }, "--path ../up: expected a folder's name"],
    [{ path: "ignored" }, "the repository's .gitignore leaves it out"],
    [{ revision: "a".repeat(40) }, "a commit never changes"],
  ])("what cannot be: %j", async (flags, says) => {
    await expect(run(bundles.one, flags)).rejects.toThrow(says);
  });

  test("without a token nothing is asked", async () => {
    settings.token = null;
    await expect(run(bundles.one)).rejects.toThrow("no token: set HF_TOKEN");
    expect(hub.asked).toEqual([]);
  });
});

test("a dry run says what would be sent, and writes nothing", async () => {
  const { text, data } = await run(bundles.one, { dry_run: true });
  expect(text).toContain(`${to} would be made`);
  expect(text).toContain("to send");
  expect(data.readme).toContain("## res1-2x-topk2");
  expect(hub.asked.every(({ line }) => line.startsWith("GET"))).toBe(true);
});

test("a branch and the top of a repository may be meant", async () => {
  await run(bundles.one, { revision: "drafts", path: "." });
  expect(hub.files(to, "drafts")?.has("cfg.json")).toBe(true);
  expect(hub.files(to)?.has("cfg.json")).toBe(false);
});
