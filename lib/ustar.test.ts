import { extract } from "tar-stream";
import { expect, test } from "vitest";
import { tarOf, ustarHeader } from "./ustar.ts";

test("another program's reader finds the same names and bytes", async () => {
  const deep = `${"folder/".repeat(16)}cfg.json`; // 120 bytes: its folders go into the prefix
  const contents = {
    "cfg.json": "{}",
    [deep]: "[]",
    "empty.jsonl": "",
    "big.bin": "x".repeat(1500),
  };
  const tar = tarOf(
    Object.entries(contents).map(([name, text]) => ({ name, blob: new Blob([text]) })),
  );
  expect(await readTar(tar)).toEqual(contents);
});

test("everything lies in whole blocks", () => {
  expect(tarOf([{ name: "a", blob: new Blob(["x".repeat(513)]) }]).size).toBe(512 + 1024 + 1024);
  expect(tarOf([{ name: "a", blob: new Blob(["x".repeat(512)]) }]).size).toBe(512 + 512 + 1024);
});

test("a file of 8 GiB and more has its size in binary", () => {
  const bytes = 20 * 2 ** 30;
  const field = ustarHeader("a", bytes).slice(124, 136);
  expect(field[0]).toBe(0x80);
  expect(Number(new DataView(field.buffer).getBigUint64(4))).toBe(bytes);
});

test("a name that would be cut is refused", () => {
  expect(() => ustarHeader("x".repeat(101), 0)).toThrow(/too long/);
});

async function readTar(tar: Blob): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const reader = extract();
  reader.end(Buffer.from(await tar.arrayBuffer()));
  for await (const entry of reader) {
    const parts: Buffer[] = [];
    for await (const part of entry) parts.push(part as Buffer);
    found[entry.header.name] = Buffer.concat(parts).toString();
  }
  return found;
}
