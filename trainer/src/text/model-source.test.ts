import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LocalHub, startHub } from "../../fixtures/hf-server.ts";
import type { HubSettings } from "../hf/settings.ts";
import { openModelSource } from "./model-source.ts";

const described = { "config.json": "{}", "tokenizer.json": "{}" };
const whole = {
  ...described,
  "model.safetensors": "numbers",
  "README.md": "about",
  "rust_model.ot": "",
};
const index = (files: string[]) =>
  JSON.stringify({ weight_map: Object.fromEntries(files.map((file, i) => [`w${i}`, file])) });
const shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];

let hub: LocalHub;
let cache: string;
beforeAll(async () => {
  hub = await startHub();
});
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "models-"));
  hub.asked.splice(0);
});
afterEach(() => rmSync(cache, { recursive: true }));
afterAll(() => hub.close());

type More = Parameters<typeof openModelSource>[1];
function open(spec: string, more: Partial<More> = {}, changes: Partial<HubSettings> = {}) {
  const settings = {
    endpoint: hub.url,
    token: null,
    cache,
    offline: false,
    retry_ms: 1,
    ...changes,
  };
  const signal = new AbortController().signal;
  return openModelSource(spec, { settings, report: () => {}, signal, ...more });
}

describe("a model on a hub", () => {
  test("is fetched with all that it is read from, and nothing else", async () => {
    const commit = hub.add("org/Tiny", whole);
    const source = await open("org/Tiny");
    expect(source).toMatchObject({ id: "tiny", source: "org/Tiny", commit });
    expect(readdirSync(source.dir).sort()).toEqual([
      "config.json",
      "model.safetensors",
      "tokenizer.json",
    ]);
  });

  test("is fetched shard by shard where an index names them", async () => {
    hub.add("org/sharded", {
      ...described,
      "model.safetensors.index.json": index([...shards, shards[0]]),
      [shards[0]]: "first",
      [shards[1]]: "second",
    });
    const { dir } = await open("org/sharded");
    expect(shards.every((name) => existsSync(join(dir, name)))).toBe(true);
    hub.asked.splice(0);
    rmSync(join(dir, shards[1]));
    await open("org/sharded");
    expect(hub.asked.map(({ line }) => line).filter((line) => line.includes("HEAD"))).toHaveLength(
      1,
    );
  });

  test.each([
    [[shards[0]], "names model-00001-of-00002.safetensors, which is not in the repository"],
    [
      ["../../x.safetensors"],
      'weight_map.w0: "../../x.safetensors" (expected the name of a .safetensors file beside it)',
    ],
  ])("with an index of %j is refused", async (files, message) => {
    hub.add("org/broken", { ...described, "model.safetensors.index.json": index(files) });
    await expect(open("org/broken")).rejects.toThrow(message);
  });

  test("is at the pinned commit, though its branch moved on", async () => {
    const commit = hub.add("org/moving", whole);
    hub.add("org/moving", { ...whole, "model.safetensors": "others" });
    expect((await open("org/moving")).commit).not.toBe(commit);
    expect(await open("org/moving", { commit })).toMatchObject({ commit, id: "moving" });
  });

  test("that is pinned and whole is not asked for", async () => {
    hub.add("org/Tiny", whole);
    const { commit } = await open("org/Tiny");
    hub.asked.splice(0);
    await open("org/Tiny", { commit });
    expect(hub.asked).toEqual([]);
  });

  test("is looked at before its weights are fetched", async () => {
    hub.add("org/unknown", whole);
    const check = async (dir: string) => {
      throw new Error(`seen: ${readdirSync(dir).sort()}`);
    };
    await expect(open("org/unknown", { check })).rejects.toThrow(
      "seen: config.json,tokenizer.json",
    );
  });

  test("offline says which of its files are there", async () => {
    hub.add("org/part", whole);
    const check = () => Promise.reject(new Error("enough"));
    await expect(open("org/part", { check })).rejects.toThrow("enough");
    await expect(open("org/part", {}, { offline: true })).rejects.toThrow(
      /^org\/part: of its files only config.json, tokenizer.json are in .+, and HF_HUB_OFFLINE is set; unset it to fetch the rest$/,
    );
  });
});

describe("a model that lacks something", () => {
  test("of pickled weights is refused, with what makes others of them", async () => {
    hub.add("org/old", { ...described, "pytorch_model.bin": "pickle" }, { revision: "step1" });
    await expect(open("org/old@step1")).rejects.toThrow(
      "org/old@step1: its weights are in pytorch_model.bin alone, a pickle, which can run code when it is read (expected model.safetensors).\n",
    );
    await expect(open("org/old@step1")).rejects.toThrow(
      `python -c "from transformers import AutoModelForCausalLM; AutoModelForCausalLM.from_pretrained('org/old', revision='step1').save_pretrained('./old-step1'); from huggingface_hub import hf_hub_download; hf_hub_download('org/old', 'tokenizer.json', revision='step1', local_dir='./old-step1')"\nand take --model ./old-step1`,
    );
    expect(hub.asked.filter(({ host }) => host === "cdn")).toEqual([]);
  });

  test("of a slow tokenizer is refused, with what makes a fast one", async () => {
    const { "tokenizer.json": _, ...rest } = whole;
    hub.add("org/slow", { ...rest, "tokenizer.model": "pieces" });
    await expect(open("org/slow")).rejects.toThrow(
      "org/slow: there is no tokenizer.json, only tokenizer.model, which says less.\n",
    );
    await expect(open("org/slow")).rejects.toThrow(
      "AutoTokenizer.from_pretrained('org/slow').save_pretrained('./slow')",
    );
  });

  test.each([
    [
      { "README.md": "" },
      "there is no config.json (expected a model: config.json, tokenizer.json and model.safetensors)",
    ],
    [
      described,
      "there are no weights (expected model.safetensors, or model.safetensors.index.json and what it names)",
    ],
  ])("%j is refused", async (files, message) => {
    hub.add("org/less", files);
    await expect(open("org/less")).rejects.toThrow(`org/less: ${message}`);
  });

  test("in a folder is named by the folder, and made anew in it", async () => {
    const dir = join(cache, "it's $mine");
    await expect(open(dir)).rejects.toThrow(`${dir}: there is no such folder (expected a model's)`);
    const files = { ...described, "pytorch_model-00001-of-00002.bin": "pickle" };
    mkdirFor(dir, files);
    const quoted = `'${dir.replace("it's $", "it\\\\'s \\$")}'`;
    await expect(open(dir)).rejects.toThrow(
      `python -c "from transformers import AutoModelForCausalLM; AutoModelForCausalLM.from_pretrained(${quoted}).save_pretrained(${quoted})"`,
    );
    writeFileSync(join(dir, "model.safetensors"), "numbers");
    expect(await open(dir)).toEqual({ dir, id: "it-s-mine", source: null, commit: null });
  });
});

function mkdirFor(dir: string, files: Record<string, string>): void {
  mkdirSync(dir, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
}
