import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readJson, readJsonRecord } from "./json.ts";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "json-"));
});
afterEach(() => rm(dir, { recursive: true }));

async function given(text: string | Buffer) {
  const file = join(dir, "x");
  await writeFile(file, text);
  return { path: "cfg.json", file, bytes: text.length };
}

test("JSON is read, and a key may stand in two objects", async () => {
  const text = '{"a": {"k": [1, "{\\"k\\": ["]}, "b": {"k": "\\\\"}}';
  expect(readJson(await given(text))).toEqual(JSON.parse(text));
});

test.each([
  ['{"k": 1, "\\u006b": 2}', 'cfg.json: it has "k" twice in one object, expected once'],
  ['{"k": 1', "cfg.json: not JSON: "],
  ['{"k": "', "cfg.json: not JSON: "],
  [`${"[".repeat(5000)}${"]".repeat(5000)}`, "cfg.json: nested 5000 deep, expected at most 64"],
  [Buffer.from([0x22, 0xff, 0x22]), "cfg.json: not JSON: it is not UTF-8 text"],
  [`"${" ".repeat(2000)}"`, "cfg.json: 2002 bytes, expected at most 1000 of JSON"],
])("%s is refused", async (text, message) => {
  const file = await given(text);
  expect(() => readJson(file, text.length > 2000 && text[0] === '"' ? 1000 : undefined)).toThrow(
    message,
  );
});

test("what is quoted of a file commands no terminal", async () => {
  const file = await given("\u001b[2J\u202e");
  expect(() => readJson(file)).toThrow(/^cfg\.json: not JSON: [^\p{Cc}\u202e]*$/u);
});

test("a record is told from anything else", async () => {
  expect(readJsonRecord(await given('{"a": 1}'))).toEqual({ a: 1 });
  const list = await given("[1]");
  expect(() => readJsonRecord(list)).toThrow("cfg.json: found a list, expected an object");
});
