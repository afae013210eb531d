import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomTensor } from "../sae/random-sae.ts";
import { Random } from "../tensor/random.ts";
import { readSafetensors, type Safetensors, writeSafetensors } from "../tensor/safetensors.ts";
import { transposed } from "../tensor/tensor.ts";
import { asStored, movedBias, turned } from "./numbers.ts";

const dir = mkdtempSync(join(tmpdir(), "numbers-"));
const random = new Random(0, "numbers");
const W_enc = randomTensor(random, 1, 3, 7);
const b_enc = { shape: [7], data: Float32Array.of(0, 1, 2, 3, 4, 5, 6) };
const b_dec = { shape: [3], data: Float32Array.of(1, -2, 0.5) };
let file: Safetensors;

beforeAll(() => {
  writeSafetensors(join(dir, "w.safetensors"), { W_enc, b_enc, b_dec });
  file = readSafetensors(join(dir, "w.safetensors"));
});
afterAll(() => {
  file.close();
  rmSync(dir, { recursive: true });
});

const joined = (blocks: Iterable<Float32Array>) => [...blocks].flatMap((block) => [...block]);

test.each([1, 6, 9, 14, 1000])(
  "in blocks of %i numbers, a matrix is turned or taken as it lies",
  (block) => {
    expect(joined(turned(file, "W_enc", { block, least: 1 }).blocks())).toEqual([
      ...transposed(W_enc).data,
    ]);
    expect(joined(asStored(file, "W_enc", block).blocks())).toEqual([...W_enc.data]);
  },
);

test("a block holds whole rows, no more than were asked for", () => {
  expect(
    [...turned(file, "W_enc", { block: 8, least: 1 }).blocks()].map(({ length }) => length),
  ).toEqual([6, 6, 6, 3]);
});

test("of a tall matrix no fewer numbers are read at a time than said", () => {
  const blocks = [...turned(file, "W_enc", { block: 1, least: 3 }).blocks()];
  expect(blocks.map(({ length }) => length)).toEqual([9, 9, 3]);
});

test("b_dec goes through the encoder into a bias: x = b_dec gives it back", () => {
  const moved = joined(movedBias(file, "b_enc", -1).blocks());
  for (let f = 0; f < 7; f++) {
    const through = [0, 1, 2].reduce((sum, j) => sum + b_dec.data[j] * W_enc.data[7 * j + f], 0);
    expect(moved[f] + through).toBeCloseTo(b_enc.data[f], 6);
  }
});

test("numbers beyond a tensor are not those of the next", () => {
  expect(() => file.part("b_dec", 1, new Float32Array(3))).toThrow("b_dec has no numbers 1 to 4");
});
