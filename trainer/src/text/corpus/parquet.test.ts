import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Random } from "../../tensor/random.ts";
import { readDocuments } from "./documents.ts";
import { unpackPage } from "./parquet-codecs.ts";
import { decodeTexts } from "./parquet-values.ts";
import { localFile } from "./text-file.ts";

const fixtures = join(import.meta.dirname, "../../../fixtures/corpus");
const dir = mkdtempSync(join(tmpdir(), "parquet-"));
afterAll(() => rmSync(dir, { recursive: true }));

async function texts(path: string, column: string | null = null): Promise<string[]> {
  const all: string[] = [];
  for await (const { text } of readDocuments([localFile(path)], column)) all.push(text);
  return all;
}

const lines = readFileSync(join(fixtures, "documents.jsonl"), "utf8").trimEnd().split("\n");
const documents = lines.map((line) => JSON.parse(line).text ?? "");

test.each(["snappy", "zstd", "gzip", "brotli", "none", "delta-length", "delta", "required"])(
  "what pyarrow wrote into %s.parquet is read cell by cell",
  async (name) => {
    expect(await texts(join(fixtures, `${name}.parquet`))).toEqual(documents);
  },
);

test("a codec that is not known, and a column that is not there, are named", async () => {
  await expect(texts(join(fixtures, "lz4.parquet"))).rejects.toThrow(
    /lz4\.parquet: column text, row 0: packed by LZ4\w*, expected one of UNCOMPRESSED, SNAPPY/,
  );
  await expect(texts(join(fixtures, "no-text.parquet"))).rejects.toThrow(
    "no-text.parquet: no column text; --text_column names another (those of text: none)",
  );
  await expect(texts(join(fixtures, "snappy.parquet"), "id")).rejects.toThrow(
    "column id does not hold text",
  );
});

test("a file that was cut off, wherever, is refused by name", async () => {
  const bytes = readFileSync(join(fixtures, "snappy.parquet"));
  for (const length of [0, 11, 100, 5000, bytes.length - 1]) {
    const path = join(dir, "cut.parquet");
    writeFileSync(path, bytes.subarray(0, length));
    await expect(texts(path)).rejects.toThrow(/cut\.parquet: /);
  }
});

test("fewer rows than are stated are refused", async () => {
  const bytes = readFileSync(join(fixtures, "none.parquet"));
  const footer = bytes.subarray(-8 - bytes.readUInt32LE(bytes.length - 8));
  const [rows, more] = [Buffer.from("d804", "hex"), Buffer.from("da04", "hex")]; // 300, 301
  for (let at = footer.indexOf(rows); at >= 0; at = footer.indexOf(rows)) more.copy(footer, at);
  writeFileSync(join(dir, "fewer.parquet"), bytes);
  await expect(texts(join(dir, "fewer.parquet"))).rejects.toThrow(
    "fewer.parquet: column text: 300 rows, expected 301",
  );
});

test("invalid UTF-8 is named by row and byte", async () => {
  const bytes = readFileSync(join(fixtures, "none.parquet"));
  bytes[bytes.indexOf("mat")] = 0xff;
  writeFileSync(join(dir, "bad.parquet"), bytes);
  await expect(texts(join(dir, "bad.parquet"))).rejects.toThrow(
    /bad\.parquet: row \d+: invalid UTF-8 at byte \d+ of text/,
  );
});

test("whatever bytes are changed, a file gives documents or an error, never more", async () => {
  const random = new Random(0, "damage");
  for (const name of ["snappy", "zstd", "delta", "brotli"]) {
    const whole = readFileSync(join(fixtures, `${name}.parquet`));
    for (let i = 0; i < 60; i++) {
      const bytes = Buffer.from(whole);
      for (let n = 0; n < 3; n++) bytes[random.int(bytes.length)] = random.int(256);
      const path = join(dir, "damaged.parquet");
      writeFileSync(path, bytes);
      const read = await texts(path).catch((error: Error) => error);
      if (read instanceof Error) expect(read.message).toMatch(/^(.*damaged\.parquet: )/);
      else expect(read).toHaveLength(documents.length);
    }
  }
});

test("a page states how long it is; what unpacks to more or less is refused", () => {
  const packed = Buffer.from("28b52ffd2003190000616263", "hex"); // "abc" by zstd
  expect(Buffer.from(unpackPage("ZSTD", packed, 3)).toString()).toBe("abc");
  expect(() => unpackPage("ZSTD", packed, 2)).toThrow("more than the 2 bytes stated");
  expect(() => unpackPage("ZSTD", packed, 4)).toThrow("3 bytes, expected 4");
  expect(() => unpackPage("UNCOMPRESSED", packed, 2)).toThrow("12 bytes, expected 2");
});

test("many long values of few bytes are made one at a time", () => {
  // 100,000 times the same prefix of 1,000 bytes: 100 MB, were they made at once
  const n = 100_000;
  const numbers = (first: number, rest: number) =>
    Buffer.concat([varints(128, 4, n, 2 * first), sameDeltas(rest - first, n)]);
  const values = Buffer.concat([numbers(0, 1000), numbers(1000, 0), Buffer.alloc(1000, "x")]);
  const page = { n, encoding: "DELTA_BYTE_ARRAY", repetition: null, definition: null, values };
  let read = 0;
  for (const text of decodeTexts(page, [])) {
    if (text.length !== 1000) throw new Error(`${text.length} bytes`);
    read++;
  }
  expect(read).toBe(n);

  function varints(...values: number[]): Buffer {
    const bytes: number[] = [];
    for (let value of values) {
      for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
      bytes.push(value);
    }
    return Buffer.from(bytes);
  }

  /** The first delta is `delta`, all others are 0. */
  function sameDeltas(delta: number, count: number): Buffer {
    const blocks = Math.ceil((count - 1) / 128);
    const least = Math.min(delta, 0);
    const zigzag = least < 0 ? -2 * least - 1 : 0;
    const width = 32 - Math.clz32(Math.abs(delta));
    const first = Buffer.alloc(4 * width * 4);
    const values = Array.from({ length: 128 }, (_, i) => (i === 0 ? delta : 0) - least);
    values.forEach((value, i) => {
      for (let bit = 0; bit < width; bit++)
        if ((value >> bit) & 1) first[(i * width + bit) >> 3] |= 1 << ((i * width + bit) & 7);
    });
    const rest = Buffer.concat([varints(0), Buffer.alloc(4)]);
    return Buffer.concat([
      varints(zigzag),
      Buffer.alloc(4, width),
      first,
      ...Array.from({ length: blocks - 1 }, () => rest),
    ]);
  }
});
