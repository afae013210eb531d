import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetMetadata } from "hyparquet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { Random } from "../tensor/random.ts";
import { columnsOf } from "./columns.ts";
import { BundleError, type Table, tables } from "./index.ts";
import { decodeChunk } from "./parquet-pages.ts";
import { readTable } from "./read-table.ts";
import { writeTable } from "./write-table.ts";

const record = z.object({
  id: z.int32().nonnegative(),
  weight: z.float32(),
  score: z.float32().max(1).nullable(),
  tokens: z.array(z.int32()),
  values: z.array(z.float32()),
});
type Row = z.infer<typeof record>;
const table: Table<Row> = { file: "toy.parquet", record };

let dir: string;
let path: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "table-"));
  path = join(dir, table.file);
});
afterAll(() => rm(dir, { recursive: true }));

/** Numbers that float32 holds exactly, long and short lists, empty lists, nulls. */
function rows(n: number, longest = 5): Row[] {
  const random = new Random(0, "rows");
  const list = () => Array.from({ length: random.int(longest) }, () => random.int(64));
  return Array.from({ length: n }, (_, id) => ({
    id,
    weight: random.int(1000) / 8,
    score: random.int(3) === 0 ? null : random.int(8) / 8,
    tokens: list(),
    values: list().map((x) => x / 4),
  }));
}

async function read<T>(source: string | Uint8Array, from: Table<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const block of readTable(source, from)) all.push(...block);
  return all;
}

test("gives back what was written", async () => {
  const written = rows(1000);
  expect(await writeTable(path, table, written)).toBe(1000);
  expect(await read(path, table)).toEqual(written);
  expect(await read(await readFile(path), table)).toEqual(written);
});

test("gives back an empty table, and lists and columns with nothing in them", async () => {
  for (const written of [
    [],
    [{ id: 0, weight: 0, score: null, tokens: [], values: [] }],
    Array.from({ length: 40 }, () => ({ id: 7, weight: 1, score: 1, tokens: [], values: [0] })),
  ]) {
    await writeTable(path, table, written);
    expect(await read(path, table)).toEqual(written);
  }
});

test("keeps numbers as float32 and int32, and rounds to the nearest float32", async () => {
  await writeTable(path, table, [
    { id: 2 ** 31 - 1, weight: 0.1, score: null, tokens: [-(2 ** 31)], values: [3.4e38] },
  ]);
  expect(await read(path, table)).toEqual([
    {
      id: 2 ** 31 - 1,
      weight: Math.fround(0.1),
      score: null,
      tokens: [-(2 ** 31)],
      values: [Math.fround(3.4e38)],
    },
  ]);
});

test("writes row groups of bounded size, so that a reader needs to hold but one", async () => {
  for (const [n, longest] of [
    [16_500, 2],
    [1500, 1000],
  ]) {
    const written = rows(n, longest);
    await writeTable(path, table, written);
    const blocks: Row[][] = [];
    for await (const block of readTable(path, table)) blocks.push(block);
    expect(blocks).toHaveLength(2);
    expect(blocks.map((block) => block[0].id)).toEqual([0, blocks[0].length]);
    expect(blocks.flat().at(-1)).toEqual(written.at(-1));
    expect(blocks.flat()).toHaveLength(n);
  }
});

test("leaves no half-written table when the rows fail to come", async () => {
  const fresh = join(dir, "fresh.parquet");
  async function* failing() {
    yield* rows(3);
    throw new Error("the source failed");
  }
  await expect(writeTable(fresh, table, failing())).rejects.toThrow("the source failed");
  await expect(stat(fresh)).rejects.toThrow("ENOENT");
  expect(await readdir(dir)).not.toContain("fresh.parquet.tmp");
});

test("the columns follow from the row's schema", () => {
  expect(columnsOf(table.record)).toEqual([
    { name: "id", type: "INT32", list: false, nullable: false },
    { name: "weight", type: "FLOAT", list: false, nullable: false },
    { name: "score", type: "FLOAT", list: false, nullable: true },
    { name: "tokens", type: "INT32", list: true, nullable: false },
    { name: "values", type: "FLOAT", list: true, nullable: false },
  ]);
  expect(() => columnsOf(z.object({ name: z.string() }))).toThrow("no Parquet column for name");
  for (const { record } of Object.values(tables)) expect(() => columnsOf(record)).not.toThrow();
});

describe("refuses, naming file, column and reason:", () => {
  const other = (shape: z.ZodRawShape): Table<unknown> => ({
    file: table.file,
    record: z.object({ ...record.shape, ...shape }),
  });

  test.each([
    [other({ extra: z.float32() }), "toy.parquet: column extra: missing"],
    [other({ weight: z.int32() }), "column weight: found REQUIRED FLOAT, expected REQUIRED INT32"],
    [other({ score: z.float32() }), "column score: found OPTIONAL FLOAT, expected REQUIRED FLOAT"],
    [
      other({ tokens: z.int32() }),
      "column tokens: found REQUIRED LIST of REPEATED group of REQUIRED INT32, expected REQUIRED INT32",
    ],
    [
      other({ values: z.array(z.int32()) }),
      /column values: found .* of REQUIRED FLOAT, expected .* of REQUIRED INT32/,
    ],
    [other({ weight: z.float32().max(3) }), /row \d+, column weight: Too big/],
    [
      { file: table.file, record: z.object({ id: z.int32() }) },
      "column weight: found, expected only id",
    ],
  ])("a table of another schema (%#)", async (expected, message) => {
    await writeTable(path, table, rows(50));
    await expect(read(path, expected)).rejects.toThrow(message);
  });

  test("a file that is not there, is empty, or is no Parquet", async () => {
    await expect(read(join(dir, "none.parquet"), table)).rejects.toThrow("none.parquet: missing");
    await expect(read(new Uint8Array(3), table)).rejects.toThrow("3 bytes are too few");
    await expect(read(new Uint8Array(999), table)).rejects.toThrow("does not end as a Parquet");
  });

  test("a file cut off at any length", async () => {
    await writeTable(path, table, rows(50));
    const bytes = await readFile(path);
    for (let length = 0; length < bytes.length; length += 7)
      await expect(read(bytes.subarray(0, length), table)).rejects.toThrow(BundleError);
  });

  test("a NaN", async () => {
    const written = rows(5).map((row) => ({ ...row, weight: Number.NaN }));
    await writeTable(path, table, written);
    await expect(read(path, table)).rejects.toThrow("row 0, column weight: ");
  });

  test("a page that claims more values than its row group may hold", async () => {
    await writeTable(path, table, rows(60));
    const bytes = await readFile(path);
    const [group] = parquetMetadata(Uint8Array.from(bytes).buffer).row_groups;
    const [column] = columnsOf(table.record);
    const { codec, data_page_offset, total_compressed_size } = group.columns[0].meta_data ?? {};
    const start = Number(data_page_offset);
    const chunk = bytes.subarray(start, start + Number(total_compressed_size));
    const decode = (limit: number) =>
      decodeChunk(chunk, column, { codec: String(codec), rows: 60, limit });
    expect(decode(60)).toHaveLength(60);
    expect(() => decode(59)).toThrow("a page of 60 values, expected at most 59");
  });

  test("or reads, but never crashes nor swells, whatever byte is changed", async () => {
    await writeTable(path, table, rows(60));
    const bytes = await readFile(path);
    const random = new Random(1, "damage");
    let refused = 0;
    for (let trial = 0; trial < 600; trial++) {
      const damaged = Uint8Array.from(bytes);
      for (let i = random.int(3); i >= 0; i--) damaged[random.int(bytes.length)] = random.int(256);
      try {
        expect((await read(damaged, table)).length).toBeLessThanOrEqual(1 << 17);
      } catch (error) {
        expect(error).toBeInstanceOf(BundleError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(200);
  });
});

test("says in the footer who wrote it", async () => {
  await writeTable(path, table, rows(3));
  const bytes = await readFile(path);
  expect(parquetMetadata(Uint8Array.from(bytes).buffer).created_by).toBe("dictionary-hub");
});
