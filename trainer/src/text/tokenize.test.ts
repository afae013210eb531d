import { createHash } from "node:crypto";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Report } from "../bundle/index.ts";
import { corpusId, embeddedModel, tokenizeConfig } from "./config.ts";
import { isHeldOut } from "./corpus/held-out.ts";
import { openCorpus } from "./corpus/open-corpus.ts";
import { localFile } from "./corpus/text-file.ts";
import { openTokens } from "./token-file.ts";
import { type TokenizeOptions, type TokenizeWork, tokenize } from "./tokenize.ts";
import { loadTokenizer } from "./tokenizer.ts";

const dir = mkdtempSync(join(tmpdir(), "tokenize-"));
afterAll(() => rmSync(dir, { recursive: true }));

const tokenizer = await loadTokenizer(join(embeddedModel, "tokenizer.json"));
const path = join(dir, "text.txt");
const documents = Array.from({ length: 40 }, (_, i) => `Story ${i}.\nLily had ${i} red apples.`);
writeFileSync(path, documents.join("\n<|endoftext|>\n"));
/** every document's ids, <|endoftext|> (0) before each, as one stream */
const streamOf = (texts: string[]) => texts.flatMap((text) => [0, ...tokenizer.encode(text)]);
const heldOut = documents.filter((text) => isHeldOut(text, 0.25));
const training = documents.filter((text) => !isHeldOut(text, 0.25));

const options: TokenizeOptions = {
  files: [localFile(path)],
  source: null,
  corpus_id: "tales",
  text_column: null,
  context_size: 16,
  max_tokens: null,
  held_out_fraction: 0.25,
  shuffle_documents: 0,
  shuffle_seed: 0,
};
let made = 0;
const folder = () => join(dir, `tokens-${made++}`);
const make = (at: string, more: Partial<TokenizeOptions> = {}, work: Partial<TokenizeWork> = {}) =>
  tokenize(at, tokenizer, { ...options, ...more }, { report() {}, ...work });

/** Every file of a folder, with its bytes. */
const contents = (at: string) =>
  readdirSync(at)
    .sort()
    .map((name) => [name, readFileSync(join(at, name), "hex")]);

describe("a token file", () => {
  test("holds the held-out documents' contexts, then the others', unfilled ones left out", async () => {
    const at = folder();
    const header = await make(at);
    const tokens = await openTokens(at);
    const [out, rest] = [heldOut, training].map((texts) => {
      const stream = streamOf(texts);
      return stream.slice(0, stream.length - (stream.length % 16));
    });
    expect(heldOut.length).toBeGreaterThan(5);
    expect(tokens.held_out_contexts).toBe(out.length / 16);
    expect(tokens.n_contexts).toBe((out.length + rest.length) / 16);
    const all = [...out, ...rest];
    expect([...tokens.contexts(0, tokens.n_contexts)]).toEqual(all);
    const edge = tokens.held_out_contexts;
    expect([...tokens.contexts(edge - 1, edge + 2)]).toEqual(
      all.slice((edge - 1) * 16, (edge + 2) * 16),
    );
    expect(() => tokens.contexts(0, tokens.n_contexts + 1)).toThrow(RangeError);
    tokens.close();
    expect(tokens.header).toEqual(header);
    expect(header).toMatchObject({ dtype: "uint16", d_vocab: 4096, bos_id: 0, special_ids: [0] });
    const bytes = ["held-out.bin", "training.bin"].map((name) => readFileSync(join(at, name)));
    const sha256 = createHash("sha256").update(Buffer.concat(bytes)).digest("hex");
    expect(header).toMatchObject({ sha256, bytes: all.length * 2 });
  });

  test("says what was read", async () => {
    const jsonl = join(dir, "gaps.jsonl");
    const texts = [...documents, "", "a\0b", null];
    writeFileSync(jsonl, texts.map((text) => JSON.stringify({ text })).join("\n"));
    const files = [localFile(jsonl)];
    const { corpus } = await make(folder(), { files });
    expect(corpus).toEqual({
      id: "tales",
      source: null,
      files: [{ name: jsonl, bytes: files[0].bytes }],
      documents: 40,
      held_out_documents: heldOut.length,
      skipped: { empty: 2, binary: 1 },
      tokens: streamOf(documents).length,
      sha256: createHash("sha256")
        .update(documents.map((document) => `<|endoftext|>${document}`).join(""))
        .digest("hex"),
    });
    const fromText = await make(folder());
    expect(fromText.corpus.sha256).toBe(corpus.sha256);
  });

  test("holds the same documents on the same side, whatever their order", async () => {
    const [inOrder, mixed] = [folder(), folder()];
    await make(inOrder);
    await make(mixed, { shuffle_documents: 30, shuffle_seed: 5 });
    const parts = async (at: string) => {
      const tokens = await openTokens(at);
      const ids = [...tokens.contexts(0, tokens.held_out_contexts)];
      const text = ids.map((id) => tokenizer.tokens[id]).join("");
      tokens.close();
      return text.split("<|endoftext|>").slice(1, -1);
    };
    const [some, others] = [await parts(inOrder), await parts(mixed)];
    expect(others).not.toEqual(some);
    for (const text of [...some, ...others]) expect(heldOut).toContain(text);
  });

  test("ends early at max_tokens; files beyond are not fetched", async () => {
    const fetched: string[] = [];
    const file = (name: string) => ({
      ...localFile(path),
      name,
      fetch: async () => {
        fetched.push(name);
        return path;
      },
    });
    const files = ["one", "two", "three"].map(file);
    const { n_contexts, corpus } = await make(folder(), { files, max_tokens: 700 });
    expect(n_contexts).toBe(Math.floor(700 / 16));
    expect(corpus.tokens).toBe(700);
    expect(corpus.files.map(({ name }) => name)).toEqual(fetched);
    expect(fetched).toEqual(["one", "two"]);
  });

  test("holds ids beyond 65,535 as uint32", async () => {
    const at = folder();
    const large = { ...tokenizer, d_vocab: 70_000, encode: () => [69_999], bos_id: 1 };
    const { dtype } = await tokenize(at, large, { ...options, context_size: 4 }, { report() {} });
    expect(dtype).toBe("uint32");
    const tokens = await openTokens(at);
    expect([...tokens.contexts(0, 1)]).toEqual([1, 69_999, 1, 69_999]);
    tokens.close();
  });
});

describe("refused, and nothing left behind:", () => {
  const refused = async (more: Partial<TokenizeOptions>, message: string) => {
    const at = folder();
    await expect(make(at, more)).rejects.toThrow(message);
    expect(readdirSync(at)).toEqual([]);
  };
  const fileOf = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return [localFile(join(dir, name))];
  };

  test("a text without a document", async () => {
    const files = fileOf("empty.jsonl", '{"text": ""}\n{"text": "\\u0000"}\n');
    await refused(
      { files },
      "empty.jsonl: no document to tokenize (1 empty and 1 binary documents were left out)",
    );
  });

  test("fewer than one context to train on, or held out", async () => {
    await refused({ context_size: 4096 }, "documents to train on give");
    const least = Math.min(...documents.map((text) => (isHeldOut(text, 1e-3) ? 0 : 1)));
    expect(least).toBe(1); // none is held out
    await refused(
      { held_out_fraction: 1e-3 },
      "0 held-out documents give 0 tokens, fewer than one context of 16: give more text, or raise held_out_fraction (0.001)",
    );
  });

  test("a line that is no document", async () => {
    await refused(
      { files: fileOf("bad.jsonl", '{"text": 1}') },
      "bad.jsonl:1: column text does not",
    );
  });
});

describe("tokenizing that was broken off", () => {
  const mixed = { shuffle_documents: 10, shuffle_seed: 3, context_size: 7 };
  const stop = new Error("stopped");

  test("goes on, wherever it was, and ends with the same bytes", async () => {
    const whole = folder();
    await make(whole, mixed);
    for (const after of [1, 2, 9, 20, 39, 40]) {
      const at = folder();
      const controller = new AbortController();
      let reports = 0;
      const report = () => {
        if (++reports === after) controller.abort(stop);
      };
      const broken = make(at, mixed, { report, signal: controller.signal });
      if (after < 40) await expect(broken).rejects.toThrow(stop);
      else await broken;
      await make(at, mixed);
      expect(contents(at)).toEqual(contents(whole));
    }
  });

  test("goes on from every save, as if the process had ended there, and encodes nothing twice", async () => {
    const whole = folder();
    const saves: string[] = [];
    let last = "";
    const report = () => {
      const saved = readdirSync(whole).includes("progress.json")
        ? readFileSync(join(whole, "progress.json"), "utf8")
        : "";
      if (saved === last) return;
      last = saved;
      saves.push(folder());
      cpSync(whole, saves.at(-1) as string, { recursive: true });
    };
    await make(whole, mixed, { report, save_tokens: 60 });
    expect(saves.length).toBeGreaterThan(5);
    for (const at of saves) {
      const { pieces } = JSON.parse(readFileSync(join(at, "progress.json"), "utf8"));
      let encoded = 0;
      const encode = (text: string) => {
        encoded++;
        return tokenizer.encode(text);
      };
      await tokenize(at, { ...tokenizer, encode }, { ...options, ...mixed }, { report() {} });
      expect(encoded).toBe(documents.length - pieces);
      expect(contents(at)).toEqual(contents(whole));
    }
  });

  test("is finished when only the renaming was missing", async () => {
    const [whole, at] = [folder(), folder()];
    await make(whole, { ...mixed, max_tokens: 300 });
    const controller = new AbortController();
    const report: Report = ({ values }) => {
      if (values?.tokens === 300) throw stop; // the last piece is written, and saved
    };
    await expect(
      make(at, { ...mixed, max_tokens: 300 }, { report, signal: controller.signal }),
    ).rejects.toThrow(stop);
    cpSync(join(at, "held-out.bin.tmp"), join(at, "held-out.bin"));
    rmSync(join(at, "held-out.bin.tmp"));
    const encode = () => {
      throw new Error("encoded again");
    };
    await tokenize(
      at,
      { ...tokenizer, encode },
      { ...options, ...mixed, max_tokens: 300 },
      { report() {} },
    );
    expect(contents(at)).toEqual(contents(whole));
  });

  test("starts anew with other settings or a longer text, and is refused when the text has changed", async () => {
    const changing = join(dir, "changing.txt");
    const write = (texts: string[]) => writeFileSync(changing, texts.join("\n<|endoftext|>\n"));
    const broken = async (at: string) => {
      write(documents);
      const controller = new AbortController();
      let reports = 0;
      const report = () => {
        if (++reports === 20) controller.abort(stop);
      };
      const files = [localFile(changing)];
      await expect(make(at, { files }, { report, signal: controller.signal })).rejects.toThrow(
        stop,
      );
    };
    const at = folder();
    await broken(at);
    const fresh = folder();
    const said: string[] = [];
    for (const to of [at, fresh]) {
      const files = [localFile(changing)];
      await make(to, { files, context_size: 8 }, { say: (line) => said.push(line) });
    }
    expect(said).toEqual([
      `${at}: was begun with another text or other settings; it is begun anew`,
    ]);
    expect(contents(at)).toEqual(contents(fresh));

    const longer = folder();
    await broken(longer);
    write([...documents, "One more."]);
    const { corpus } = await make(longer, { files: [localFile(changing)] });
    expect(corpus.documents).toBe(41);

    const other = folder();
    await broken(other);
    write(documents.map((text, i) => (i === 3 ? text.replace("red", "RED") : text)));
    await expect(make(other, { files: [localFile(changing)] })).rejects.toThrow(
      "the text is no longer the one that tokenizing began with; remove the folder to begin anew",
    );
  });
});

test("a truncated token file is refused, and one of another version", async () => {
  const at = folder();
  await make(at);
  const header = readFileSync(join(at, "tokens.json"), "utf8");
  writeFileSync(join(at, "tokens.json"), header.replace('"version": 2', '"version": 1'));
  await expect(openTokens(at)).rejects.toThrow(
    "tokens.json: version 1 (expected 2): made by another trainer; remove its folder",
  );
  writeFileSync(join(at, "tokens.json"), header);
  truncateSync(join(at, "training.bin"), 100);
  await expect(openTokens(at)).rejects.toThrow("training.bin: holds 100 bytes");
  await expect(openTokens(folder())).rejects.toThrow("tokens.json: cannot be read");
});

test("the bundled stories are 11,353 documents and 2,083,010 tokens", async () => {
  const config = tokenizeConfig.parse({});
  const work = { report() {}, signal: new AbortController().signal };
  const corpus = await openCorpus(config, work);
  const bundled = { ...config, ...corpus, corpus_id: corpusId(config) };
  const header = await tokenize(folder(), tokenizer, bundled, work);
  expect(header.corpus).toMatchObject({ id: "stories", documents: 11_353, tokens: 2_083_010 });
  expect(header.held_out_contexts / header.n_contexts).toBeCloseTo(0.05, 2);
}, 30_000);
