import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalHub, startHub } from "../../../fixtures/hf-server.ts";
import { readDocuments } from "./documents.ts";
import { openCorpus } from "./open-corpus.ts";
import { isDataset, keptTextSpec, sharedTextSpec, textSlug } from "./text-spec.ts";

const fixtures = join(import.meta.dirname, "../../../fixtures/corpus");
const parquet = readFileSync(join(fixtures, "snappy.parquet"));
const jsonl = (...texts: string[]) => texts.map((text) => JSON.stringify({ text })).join("\n");

let hub: LocalHub;
let cache: string;
let converted: string;
let commit: string;
beforeAll(async () => {
  hub = await startHub();
  cache = mkdtempSync(join(tmpdir(), "datasets-"));
  converted = hub.add(
    "datasets/org/pile",
    {
      "default/train/0000.parquet": parquet,
      "default/train/0001.parquet": readFileSync(join(fixtures, "zstd.parquet")),
      "default/test/0000.parquet": parquet,
      "en/partial-train/0000.parquet": readFileSync(join(fixtures, "gzip.parquet")),
    },
    { revision: "refs/convert/parquet" },
  );
  commit = hub.add("datasets/org/pile", {
    "README.md": "# Pile",
    "dataset_infos.json": "{}",
    "data/train-00001-of-00002.jsonl": jsonl("c"),
    "data/train-00000-of-00002.jsonl.gz": gzipSync(jsonl("a", "b")),
    "data/sft_train-00000-of-00001.jsonl": jsonl("s"),
    "data/validation.jsonl": jsonl("v"),
    "de/dev/part-1.jsonl": jsonl("w"),
    "notes.txt": "not the data",
  });
  hub.add("datasets/org/plain", { "corpus.txt": "one\n<|endoftext|>\ntwo" });
  hub.add("datasets/org/none", { "README.md": "nothing" });
});
afterAll(async () => {
  await hub.close();
  rmSync(cache, { recursive: true });
});

const openText = (text: string[], text_config: string | null, text_split: string | null) =>
  openCorpus(
    { text, text_config, text_split },
    {
      report() {},
      signal: new AbortController().signal,
      settings: { endpoint: hub.url, token: null, cache, offline: false, retry_ms: 1 },
    },
  );
const open = (text: string, config: string | null = null, split: string | null = null) =>
  openText([text], config, split);

async function texts({ files }: Awaited<ReturnType<typeof open>>): Promise<string[]> {
  const all: string[] = [];
  for await (const { text } of readDocuments(files, null)) all.push(text);
  return all;
}

describe("a dataset of a hub", () => {
  test("is read from the Parquet files that the hub made, one after the other", async () => {
    const corpus = await open("org/pile");
    expect(corpus.source).toBe(`org/pile@${converted}`);
    expect(corpus.files.map(({ name }) => name)).toEqual([
      "org/pile/default/train/0000.parquet",
      "org/pile/default/train/0001.parquet",
    ]);
    hub.asked.splice(0);
    for await (const _ of readDocuments(corpus.files, null)) break;
    const fetched = () => hub.asked.filter(({ line }) => line.includes(".parquet"));
    expect(new Set(fetched().map(({ line }) => /\d{4}\.parquet/.exec(line)?.[0]))).toEqual(
      new Set(["0000.parquet"]),
    );
    expect(await texts(corpus)).toHaveLength(600);
  });

  test("gives another config and split, the first part of a large one too", async () => {
    expect((await open("org/pile", "en", "train")).files[0].name).toBe(
      "org/pile/en/partial-train/0000.parquet",
    );
    expect((await open("org/pile", null, "test")).files).toHaveLength(1);
  });

  test("says which configs and splits there are", async () => {
    await expect(open("org/pile", "fr")).rejects.toThrow(
      "org/pile: no config fr; --text_config names one of default, en",
    );
    await expect(open("org/pile", "default", "dev")).rejects.toThrow(
      "org/pile: no split dev; --text_split names one of train, test",
    );
  });

  test("at a revision is read from its own files, by their usual names", async () => {
    const train = await open("org/pile@main");
    expect(train.source).toBe(`org/pile@${commit}`);
    expect(await texts(train)).toEqual(["a", "b", "c"]);
    expect(await texts(await open("org/pile@main", null, "validation"))).toEqual(["v"]);
    expect(await texts(await open("org/pile@main", null, "sft_train"))).toEqual(["s"]);
    expect(await texts(await open(`org/pile@${commit}`, "de", "validation"))).toEqual(["w"]);
    expect(await texts(await open("org/plain@main"))).toEqual(["one", "two"]);
  });

  test("without Parquet files, or without any, is refused with the way out", async () => {
    await expect(open("org/plain")).rejects.toThrow(
      /no revision refs\/convert\/parquet .*; where the hub made no Parquet files of a dataset, --text org\/plain@main reads its own/,
    );
    await expect(open("org/none@main")).rejects.toThrow("org/none@main: holds no files of text");
  });

  test("stands alone", async () => {
    await expect(openText(["org/pile", "embedded"], null, null)).rejects.toThrow("cannot be mixed");
  });
});

describe("a text", () => {
  test.each([
    ["org/pile", true, "org/pile", "pile"],
    ["EleutherAI/the_Pile@v1.0", true, "EleutherAI/the_Pile@v1.0", "the_pile"],
    ["data/pile.jsonl.zst", false, "pile.jsonl.zst", "pile"],
    ["./x.parquet", false, "x.parquet", "x"],
    ["/tmp/stories", false, "stories", "stories"],
    ["embedded", false, "embedded", "stories"],
  ])("%s: is a dataset %s, shown as %s, named %s", (text, expected, shown, name) => {
    expect(isDataset(text)).toBe(expected);
    expect(sharedTextSpec(text)).toBe(shown);
    expect(textSlug(text)).toBe(name);
    const isKept = expected || text === "embedded";
    expect(keptTextSpec(text)).toBe(isKept ? text : resolve(text));
  });

  test("of this machine has neither config nor split", async () => {
    await expect(open("embedded", "en")).rejects.toThrow("--text_config en: only a dataset");
    await expect(open("embedded", null, "train")).rejects.toThrow("--text_split train");
    expect(await open("embedded")).toMatchObject({ source: null, files: [{ bytes: 2_522_828 }] });
  });
});
