import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CorpusLog } from "./corpus-log.ts";
import { isHeldOut } from "./held-out.ts";
import type { Piece } from "./piece.ts";
import { shuffled } from "./shuffle.ts";
import { isBinary, usable } from "./usable.ts";

async function* stream(pieces: Piece[]): AsyncGenerator<Piece> {
  yield* pieces;
}

const whole = (text: string): Piece => ({ text, part: "whole" });

async function textsOf(pieces: AsyncIterable<Piece>): Promise<string[]> {
  const all: string[] = [];
  for await (const { text } of pieces) all.push(text);
  return all;
}

describe("shuffling", () => {
  const texts = Array.from({ length: 1000 }, (_, i) => String(i));
  const order = (documents: number, seed = 0, most?: number) =>
    textsOf(shuffled(stream(texts.map(whole)), { documents, seed }, most));

  test("loses nothing and doubles nothing", async () => {
    for (const documents of [1, 10, 5000])
      expect((await order(documents)).sort()).toEqual([...texts].sort());
  });

  test("with a buffer of 0 keeps the order", async () => {
    expect(await order(0)).toEqual(texts);
  });

  test("follows from the seed", async () => {
    expect(await order(100, 7)).toEqual(await order(100, 7));
    expect(await order(100, 7)).not.toEqual(await order(100, 8));
  });

  test("brings no document forward by more than the buffer, and mixes evenly with a large one", async () => {
    const found = await order(100);
    expect(Math.max(...found.map((text, i) => Number(text) - i))).toBeLessThanOrEqual(100);
    const places = (await order(5000)).slice(0, 500).map(Number);
    const mean = places.reduce((sum, place) => sum + place, 0) / 500;
    expect(Math.abs(mean - 499.5)).toBeLessThan(30); // 3 standard deviations, drawn without return
  });

  test("holds no more characters than it may", async () => {
    const found = await order(1000, 0, 40);
    expect(Math.max(...found.map((text, i) => Number(text) - i))).toBeLessThanOrEqual(40);
  });

  test("leaves the pieces of a long document together", async () => {
    const long: Piece[] = [
      { text: "x", part: "first" },
      { text: "y", part: "next" },
      { text: "z", part: "next" },
    ];
    const pieces = [...texts.slice(0, 20).map(whole), ...long, ...texts.slice(20, 40).map(whole)];
    const found = await textsOf(shuffled(stream(pieces), { documents: 8, seed: 1 }));
    expect(found.join(" ")).toContain("x y z");
    expect(found).toHaveLength(43);
  });
});

describe("a document is held out", () => {
  const texts = Array.from({ length: 4000 }, (_, i) => `document ${i}`);

  test("by its sha256, read as a fraction", () => {
    for (const text of texts.slice(0, 50)) {
      const fraction =
        Number.parseInt(createHash("sha256").update(text).digest("hex").slice(0, 12), 16) / 2 ** 48;
      expect(isHeldOut(text, fraction)).toBe(false);
      expect(isHeldOut(text, fraction + 1e-9)).toBe(true);
    }
  });

  test("about as often as asked, and still when more are asked for", () => {
    const some = texts.filter((text) => isHeldOut(text, 0.05));
    expect(some.length / texts.length).toBeCloseTo(0.05, 1.5);
    expect(some.every((text) => isHeldOut(text, 0.1))).toBe(true);
  });

  test("by its first 65,536 bytes", () => {
    const long = "ß".repeat(40_000);
    const [one, other] = [`${long}one`, `${long}other`];
    for (let fraction = 0; fraction < 1; fraction += 0.01)
      expect(isHeldOut(one, fraction)).toBe(isHeldOut(other, fraction));
    const head = createHash("sha256").update(Buffer.from(long).subarray(0, 65_536)).digest();
    expect(isHeldOut(long, (head.readUIntBE(0, 6) + 1) / 2 ** 48)).toBe(true);
    expect(isHeldOut(long, head.readUIntBE(0, 6) / 2 ** 48)).toBe(false);
  });
});

test("the pieces of a long document are on one side, and one document", () => {
  const log = new CorpusLog(0.5);
  const sides = new Set<boolean>();
  for (let i = 0; i < 20; i++) {
    const piece: Piece = { text: `piece ${i}`, part: i === 0 ? "first" : "next" };
    sides.add(log.isHeldOut(piece));
    log.add(piece);
  }
  expect(sides.size).toBe(1);
  expect(log.documents.held_out + log.documents.training).toBe(1);
  expect(log.pieces).toBe(20);
});

describe("a document is left out", () => {
  test("when it is empty or binary, and counted", async () => {
    const skipped = { empty: 0, binary: 0 };
    const pieces: Piece[] = [
      whole("a"),
      whole(" \n\t"),
      whole("a\0"),
      { text: "PK\u0003\0", part: "first" },
      { text: "more of it", part: "next" },
      { text: "   ", part: "first" },
      { text: "text after all", part: "next" },
      whole(""),
    ];
    expect(await textsOf(usable(stream(pieces), skipped))).toEqual(["a", "   ", "text after all"]);
    expect(skipped).toEqual({ empty: 2, binary: 2 });
  });

  test.each([
    ["a NUL", `${"x".repeat(1000)}\0`, true],
    ["one control character in ten", `123456789\u0007`, false],
    ["more than one in ten", `12345678\u0007`, true],
    ["what decoding could not read", "ab\ufffd", true],
    ["tabs, newlines, form feeds and carriage returns", "\t\n\f\r", false],
    ["a NUL beyond the first 65,536 characters", `${"x".repeat(65_536)}\0`, false],
  ])("as binary or not for %s", (_, text, expected) => {
    expect(isBinary(text)).toBe(expected);
  });
});
