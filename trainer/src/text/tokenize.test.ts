import { createHash } from "node:crypto";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { corpusId, embeddedModel, textFiles, tokenizeConfig } from "./config.ts";
import { openTokens } from "./token-file.ts";
import { tokenize } from "./tokenize.ts";
import { loadTokenizer } from "./tokenizer.ts";

const dir = mkdtempSync(join(tmpdir(), "tokenize-"));
afterAll(() => rmSync(dir, { recursive: true }));

const tokenizer = await loadTokenizer(join(embeddedModel, "tokenizer.json"));
const files = [join(dir, "text.txt")];
const documents = Array.from({ length: 40 }, (_, i) => `Story ${i}.\nLily had ${i} red apples.`);
writeFileSync(files[0], documents.join("\n<|endoftext|>\n"));
/** every document's ids, <|endoftext|> (0) before each, as one stream */
const stream = documents.flatMap((text) => [0, ...tokenizer.encode(text)]);

const options = { files, corpus_id: "tales", context_size: 16, max_tokens: null };
const quiet = () => {};
let made = 0;
const folder = () => join(dir, `tokens-${made++}`);

test("contexts cut the stream of documents, and the unfilled one is left out", async () => {
  const at = folder();
  const header = await tokenize(at, tokenizer, options, quiet);
  const tokens = await openTokens(at);
  const whole = Math.floor(stream.length / 16);
  expect(tokens.n_contexts).toBe(whole);
  expect([...tokens.contexts(0, whole)]).toEqual(stream.slice(0, whole * 16));
  expect([...tokens.contexts(3, 5)]).toEqual(stream.slice(48, 80));
  expect(() => tokens.contexts(whole, whole + 1)).toThrow(RangeError);
  tokens.close();
  expect(tokens.header).toEqual(header);
  expect(header).toMatchObject({ dtype: "uint16", d_vocab: 4096, bos_id: 0, special_ids: [0] });
  expect(header.corpus).toMatchObject({ id: "tales", documents: 40, tokens: stream.length });
  const bytes = readFileSync(join(at, "tokens.bin"));
  expect(header.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
});

test("the corpus hash is that of the documents, whatever file holds them", async () => {
  const jsonl = join(dir, "text.jsonl");
  writeFileSync(jsonl, documents.map((text) => JSON.stringify({ text })).join("\n"));
  const { corpus } = await tokenize(folder(), tokenizer, options, quiet);
  const same = await tokenize(folder(), tokenizer, { ...options, files: [jsonl] }, quiet);
  expect(same.corpus).toEqual(corpus);
  const text = documents.map((document) => `<|endoftext|>${document}`).join("");
  expect(corpus.sha256).toBe(createHash("sha256").update(text).digest("hex"));
});

test("max_tokens ends the file early, at a whole context", async () => {
  const header = await tokenize(folder(), tokenizer, { ...options, max_tokens: 100 }, quiet);
  expect(header.n_contexts).toBe(6);
  expect(header.corpus.tokens).toBe(100);
});

test("ids beyond 65,535 are written as uint32", async () => {
  const at = folder();
  const large = { ...tokenizer, d_vocab: 70_000, encode: () => [69_999], bos_id: 1 };
  const { dtype } = await tokenize(at, large, options, quiet);
  expect(dtype).toBe("uint32");
  const tokens = await openTokens(at);
  expect([...tokens.contexts(0, 1)].slice(0, 4)).toEqual([1, 69_999, 1, 69_999]);
  tokens.close();
});

test("a text shorter than one context is refused and leaves nothing behind", async () => {
  const at = folder();
  const short = tokenize(at, tokenizer, { ...options, context_size: 4096 }, quiet);
  await expect(short).rejects.toThrow(`holds ${stream.length} tokens: fewer than one context`);
  expect(readdirSync(at)).toEqual([]);
});

test("a truncated token file is refused", async () => {
  const at = folder();
  await tokenize(at, tokenizer, options, quiet);
  truncateSync(join(at, "tokens.bin"), 100);
  await expect(openTokens(at)).rejects.toThrow("tokens.bin: holds 100 bytes");
  await expect(openTokens(folder())).rejects.toThrow("tokens.json: cannot be read");
});

test("the bundled stories are 11,353 documents and 2,083,010 tokens", async () => {
  const config = tokenizeConfig.parse({});
  const bundled = { ...options, files: textFiles(config), corpus_id: corpusId(config) };
  const { corpus } = await tokenize(folder(), tokenizer, bundled, quiet);
  expect(corpus).toMatchObject({ id: "stories", documents: 11_353, tokens: 2_083_010 });
}, 30_000);
