import { expect, test } from "vitest";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { matchDecoders } from "./match-decoders.ts";

const options = { threads: 1, report: () => {}, signal: new AbortController().signal };

function normal(n: number, width: number, random: Random): Tensor {
  return {
    shape: [n, width],
    data: Float32Array.from({ length: n * width }, () => random.normal()),
  };
}

test("recovers a planted permutation exactly, though rows are scaled", async () => {
  const a = normal(300, 16, new Random(1, "match"));
  const order = new Random(2, "match");
  const place = Array.from({ length: 300 }, (_, i) => i);
  for (let i = 299; i > 0; i--) {
    const j = order.int(i + 1);
    [place[i], place[j]] = [place[j], place[i]];
  }
  const b: Tensor = { shape: [300, 16], data: new Float32Array(300 * 16) };
  for (const [i, to] of place.entries())
    for (let c = 0; c < 16; c++) b.data[to * 16 + c] = (1 + i) * a.data[i * 16 + c];
  const { partner_of_a, partner_cosine, nearest_of_b } = await matchDecoders(a, b, options);
  expect([...partner_of_a]).toEqual(place);
  for (const cosine of partner_cosine) expect(cosine).toBeCloseTo(1, 5);
  for (const [i, to] of place.entries()) expect(nearest_of_b[to]).toBe(i);
});

test("pairs the largest cosine first, one to one, and knows opposite directions apart", async () => {
  // a₀ = x, a₁ at 60° from it, a₂ = −y; b₀ at 30°, b₁ = y
  const at = (degrees: number) => [
    Math.cos(degrees / 57.29577951),
    Math.sin(degrees / 57.29577951),
  ];
  const a = { shape: [3, 2], data: Float32Array.from([...at(0), ...at(40), ...at(-90)]) };
  const b = { shape: [2, 2], data: Float32Array.from([...at(30), ...at(90)]) };
  const match = await matchDecoders(a, b, options);
  // both a₀ and a₁ are nearest to b₀; a₁ (10° away) gets it, a₀ is left with b₁ (90° away)
  expect([...match.nearest_of_a]).toEqual([0, 0, 0]);
  expect([...match.partner_of_a]).toEqual([1, 0, -1]);
  expect(match.partner_cosine[0]).toBeCloseTo(0, 5);
  expect(match.partner_cosine[1]).toBeCloseTo(Math.cos(Math.PI / 18), 5);
  expect(match.cosine_of_a[2]).toBeCloseTo(Math.cos((2 * Math.PI) / 3), 5);
  expect([...match.nearest_of_b]).toEqual([1, 1]);
});

test("stops when it is told to", async () => {
  const a = normal(4, 3, new Random(1, "match"));
  const signal = AbortSignal.abort();
  await expect(matchDecoders(a, a, { ...options, signal })).rejects.toThrow();
});
