import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { createTokenizer } from "../tokenizer.ts";
import { readDocuments } from "./documents.ts";
import { PIECE } from "./piece.ts";
import { localFile } from "./text-file.ts";

const dir = mkdtempSync(join(tmpdir(), "documents-"));
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, bytes: string | Uint8Array): string {
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
}

async function texts(paths: string[], column: string | null = null): Promise<string[]> {
  const all: string[] = [];
  for await (const { text } of readDocuments(paths.map(localFile), column)) all.push(text);
  return all;
}

async function pieces(path: string, limit: number) {
  const all = [];
  const position = { files: 0, bytes: 0 };
  for await (const piece of readDocuments([localFile(path)], null, position, limit))
    all.push(piece);
  return all;
}

const twoStories = "\ufeffA cat.\nIt sat.\n<|endoftext|>\n\nA dog.\n\n<|endoftext|>\n \n";

test("a line <|endoftext|> parts the documents of a text file", async () => {
  const expected = ["A cat.\nIt sat.", "A dog."];
  expect(await texts([file("lf.txt", twoStories)])).toEqual(expected);
  expect(await texts([file("crlf.txt", twoStories.replaceAll("\n", "\r\n"))])).toEqual(expected);
});

test("each line of a .jsonl is a document, kept as it is; null is an empty one", async () => {
  const lines = ['\ufeff{"text": " a\\n"}', "", '{"id": 2, "text": "b"}', '{"text": null}'];
  expect(await texts([file("x.jsonl", lines.join("\n"))])).toEqual([" a\n", "b", ""]);
});

test("the documents may have another key: the one asked for, or the only one of text", async () => {
  const path = file("key.jsonl", '{"id": 1, "body": "a"}\n{"body": "b", "title": "c"}');
  expect(await texts([path])).toEqual(["a", "b"]);
  const two = file("keys.jsonl", '{"title": "a", "body": "b", "n": 1}');
  expect(await texts([two], "body")).toEqual(["b"]);
  await expect(texts([two])).rejects.toThrow(
    "keys.jsonl:1: no column text; --text_column names another (those of text: title, body)",
  );
  await expect(texts([two], "n")).rejects.toThrow("column n does not hold text");
});

test("several files follow each other, packed or not", async () => {
  const fixture = new URL("../../../fixtures/corpus/documents.jsonl", import.meta.url);
  const packed = [
    file("x.txt.gz", gzipSync(twoStories)),
    file("y.jsonl.gz", gzipSync('{"text": "z"}\n')),
    `${fixture.pathname}.zst`,
  ];
  const lines = readFileSync(fixture, "utf8").trimEnd().split("\n");
  const ofFixture = lines.map((line) => JSON.parse(line).text ?? "");
  expect(await texts(packed)).toEqual(["A cat.\nIt sat.", "A dog.", "z", ...ofFixture]);
});

const long = Array.from({ length: 30 }, () =>
  ["One day, Lily saw", "", "", "  a big dog .", "\tIt was", "red!", ""].join("\n"),
)
  .join("\n")
  .trimEnd();

test.each(["gpt-2", "trained-llama-2", "trained-llama-3", "trained-llama-metaspace"])(
  "a long document comes in pieces whose tokens are those of the whole (%s)",
  async (name) => {
    const path = join(import.meta.dirname, `../../../fixtures/tokenizer/${name}.tokenizer.json.gz`);
    const { encode } = createTokenizer(gunzipSync(readFileSync(path)), name, { bos_id: 0 });
    const found = await pieces(file("long.txt", long), 30);
    expect(found.length).toBeGreaterThan(50);
    expect(found.map(({ text }) => text).join("")).toBe(long);
    expect(found.map(({ part }) => part)).toEqual(["first", ...found.slice(1).map(() => "next")]);
    const ids = found.flatMap(({ text, part }) => encode(text, { continues: part === "next" }));
    expect(ids).toEqual(encode(long));
  },
);

test("the pieces do not depend on the format, and none is longer than the limit", async () => {
  const text = `${"a bc ".repeat(300)}\n${"日本".repeat(400)}\nz${"🦙".repeat(200)}${"🦙".repeat(99)}`;
  const fromText = await pieces(file("same.txt", text), 100);
  expect(await pieces(file("same.jsonl", JSON.stringify({ text })), 100)).toEqual(fromText);
  for (const { text } of fromText) {
    expect(text.length).toBeLessThanOrEqual(100);
    expect(Buffer.from(text).toString()).toBe(text); // no half of a pair
  }
});

test("a document that fits is whole", async () => {
  const text = "x".repeat(PIECE);
  expect(await pieces(file("fits.txt", text), PIECE)).toEqual([{ text, part: "whole" }]);
});

test.each([
  ["bad.txt", Buffer.from("fine\nab\xff\n", "latin1"), "bad.txt:2: invalid UTF-8 at byte 2"],
  ["cut.txt", Buffer.from("ab\n\xe2\x82\n", "latin1"), "cut.txt:2: invalid UTF-8 at byte 2"],
  ["bad.txt.gz", Buffer.from("not gzip"), "bad.txt.gz: cannot be unpacked"],
  ["cut.txt.gz", gzipSync(twoStories).subarray(0, -9), "cut.txt.gz: cannot be unpacked"],
  ["bad.txt.zst", Buffer.from("not zstd at all"), "bad.txt.zst: cannot be unpacked (no zstd frame"],
  [
    "no-text.jsonl",
    '{"text":"a"}\n{"body":"b"}',
    'no-text.jsonl:2: expected a JSON object with the document in a string "text" (found only body)',
  ],
  [
    "number.jsonl",
    '{"text":"a"}\n{"text":7}',
    'number.jsonl:2: expected a JSON object with the document in a string "text" (found number)',
  ],
  ["no-json.jsonl", "\nhello", "no-json.jsonl:2: expected a JSON object"],
  ["array.json", '[{"text": "a"}]', "(found an array)"],
])("%s is refused, naming file and line", async (name, bytes, message) => {
  await expect(texts([file(name, bytes)])).rejects.toThrow(message);
});

test("a missing file and an unknown kind are refused by name", () => {
  expect(() => localFile(join(dir, "none.txt"))).toThrow("none.txt: no such text file");
  expect(() => localFile("table.csv")).toThrow(
    "table.csv: not a known kind of text (expected .txt",
  );
  expect(() => localFile("x.parquet.gz")).toThrow("not a known kind");
});

test("how far reading has come is told in bytes of the files", async () => {
  const paths = [file("p.txt", twoStories), file("q.jsonl.gz", gzipSync('{"text": "z"}\n'))];
  const files = paths.map(localFile);
  const position = { files: 0, bytes: 0 };
  const seen: number[] = [];
  for await (const _ of readDocuments(files, null, position)) seen.push(position.bytes);
  const [first, second] = files.map(({ bytes }) => bytes);
  expect(seen).toEqual([first, first, first + second]);
  expect(position).toEqual({ files: 2, bytes: first + second });
});
