import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { embeddedModel } from "./config.ts";
import { readDocuments } from "./documents.ts";
import { loadTokenizer } from "./tokenizer.ts";

const dir = mkdtempSync(join(tmpdir(), "documents-"));
afterAll(() => rmSync(dir, { recursive: true }));

function file(name: string, bytes: string | Uint8Array): string {
  writeFileSync(join(dir, name), bytes);
  return join(dir, name);
}

/** Documents put together from their pieces. */
async function documents(paths: string[], piece?: number): Promise<string[]> {
  const all: string[] = [];
  for await (const { text, starts_document } of readDocuments(paths, undefined, piece))
    if (starts_document) all.push(text);
    else all[all.length - 1] += text;
  return all;
}

const twoStories = "\ufeffA cat.\nIt sat.\n<|endoftext|>\n\nA dog.\n\n<|endoftext|>\n \n";

test("a line <|endoftext|> parts the documents of a text file; blank ones are left out", async () => {
  const expected = ["A cat.\nIt sat.", "A dog."];
  expect(await documents([file("lf.txt", twoStories)])).toEqual(expected);
  expect(await documents([file("crlf.txt", twoStories.replaceAll("\n", "\r\n"))])).toEqual(
    expected,
  );
});

test("each line of a .jsonl is a document, kept as it is", async () => {
  const lines = ['{"text": " a\\n"}', "", '{"id": 2, "text": "b"}', '{"text": ""}'];
  expect(await documents([file("x.jsonl", lines.join("\n"))])).toEqual([" a\n", "b"]);
});

test("several files follow each other, packed or not", async () => {
  const packed = [
    file("x.txt.gz", gzipSync(twoStories)),
    file("y.jsonl.gz", gzipSync('{"text": "z"}\n')),
  ];
  expect(await documents(packed)).toEqual(["A cat.\nIt sat.", "A dog.", "z"]);
});

test("a long document comes in pieces whose tokens are those of the whole", async () => {
  const lines = ["One day, Lily saw", "", "", "  a big dog .", "\tIt was", "red!", ""];
  const text = Array.from({ length: 30 }, () => lines.join("\n")).join("\n");
  const path = file("long.txt", text);
  const { encode } = await loadTokenizer(`${embeddedModel}/tokenizer.json`);
  const pieces: number[][] = [];
  for await (const piece of readDocuments([path], undefined, 10)) pieces.push(encode(piece.text));
  expect(pieces.length).toBeGreaterThan(50);
  expect(await documents([path], 10)).toEqual([text.trimEnd()]);
  expect(pieces.flat()).toEqual(encode(text.trimEnd()));
});

test.each([
  ["bad.txt", Buffer.from("fine\nab\xff\n", "latin1"), "bad.txt:2: invalid UTF-8 at byte 2"],
  ["cut.txt", Buffer.from("ab\n\xe2\x82\n", "latin1"), "cut.txt:2: invalid UTF-8 at byte 2"],
  ["bad.txt.gz", Buffer.from("not gzip"), "bad.txt.gz: cannot be unpacked"],
  ["cut.txt.gz", gzipSync(twoStories).subarray(0, -9), "cut.txt.gz: cannot be unpacked"],
  ["no-text.jsonl", '{"text":"a"}\n{"body":"b"}', "no-text.jsonl:2: expected a JSON object"],
  ["no-json.jsonl", "\nhello", "no-json.jsonl:2: expected a JSON object"],
])("%s is refused, naming file and line", async (name, bytes, message) => {
  await expect(documents([file(name, bytes)])).rejects.toThrow(message);
});

test("a missing file is refused by name", async () => {
  await expect(documents([join(dir, "none.txt")])).rejects.toThrow("none.txt: cannot be read");
});
