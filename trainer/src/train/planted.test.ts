import { describe, expect, test } from "vitest";
import { Random } from "../tensor/random.ts";
import { pearson } from "../tensor/statistics.ts";
import { rows, type Tensor } from "../tensor/tensor.ts";
import {
  type Planted,
  plantComposed,
  plantCorrelated,
  plantDictionary,
  plantedSource,
} from "./planted.ts";

const n = 20_000;

/** Which features are on in each row: with as many dimensions as features, of orthonormal directions. */
function indicators({ directions, ...planted }: Planted): number[][] {
  const [n_features, d_in] = directions.shape;
  directions.data.fill(0);
  for (let f = 0; f < n_features; f++) directions.data[f * d_in + f] = 1;
  const { data } = planted.rows(new Random(1, "rows"), n);
  return Array.from({ length: n_features }, (_, f) =>
    Array.from({ length: n }, (_, i) => Number(data[i * d_in + f] > 0)),
  );
}
const frequency = (on: number[]) => on.reduce((a, b) => a + b, 0) / n;

test("independent features are on as often as asked, whatever the others are", () => {
  const [a, b] = indicators(plantDictionary(0, { d_in: 8, n_features: 8, active: 2 }));
  expect(frequency(a)).toBeCloseTo(0.25, 1);
  expect(pearson(a, b)).toBeCloseTo(0, 1);
});

test("features of a group have the correlation asked for, and are on as often as alone", () => {
  const sizes = { d_in: 8, n_features: 8, active: 2, correlation: 0.5, group_size: 4 };
  const [a, b, , , e] = indicators(plantCorrelated(0, sizes));
  expect(frequency(a)).toBeCloseTo(0.25, 1);
  expect(pearson(a, b)).toBeCloseTo(0.5, 1);
  expect(pearson(a, e)).toBeCloseTo(0, 1);
});

test("A alone, B alone and both come as often as asked", () => {
  const frequencies = { frequency_a: 0.3, frequency_b: 0.1, frequency_ab: 0.2 };
  const planted = plantComposed(0, { d_in: 4, n_features: 4, ...frequencies });
  expect(planted.pairs).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(planted.active).toBeCloseTo(2 * (0.3 + 0.1 + 2 * 0.2));
  const [a, b] = indicators(planted);
  const both = a.map((on, i) => on * b[i]);
  expect(frequency(both)).toBeCloseTo(0.2, 1);
  expect(frequency(a)).toBeCloseTo(0.5, 1);
  expect(frequency(b)).toBeCloseTo(0.3, 1);
});

test("in the plane directions have length 1 and none is another's opposite", () => {
  for (const n_features of [2, 5, 6]) {
    const { directions } = plantDictionary(3, { d_in: 2, n_features, active: 1 });
    const at = (f: number) => [directions.data[2 * f], directions.data[2 * f + 1]];
    for (let f = 0; f < n_features; f++) {
      expect(Math.hypot(...at(f))).toBeCloseTo(1);
      for (let g = 0; g < f; g++) {
        const dot = at(f)[0] * at(g)[0] + at(f)[1] * at(g)[1];
        expect(Math.abs(dot)).toBeLessThan(0.95);
      }
    }
  }
});

describe("a source", () => {
  const planted = plantDictionary(0, { d_in: 3, n_features: 4, active: 2 });
  const source = plantedSource(planted, 0, { n: 25, chunk_rows: 10, held_out: 7 });
  const floats = async (i: number) => new Float32Array((await source.chunk(i)).x.buffer);

  test("gives the same chunk whenever it is asked for, and others for other numbers", async () => {
    expect(source).toMatchObject({ rows: 25, chunks: 3, d_in: 3 });
    expect(source.chunkRows(2)).toBe(5);
    expect(await floats(1)).toEqual(await floats(1));
    expect(await floats(1)).not.toEqual(await floats(0));
  });

  test("holds out rows that no chunk has", async () => {
    const { x } = await source.heldOut();
    expect(x.shape).toEqual([7, 3]);
    const first = (t: Tensor) => [...rows(t, 0, 1).data];
    expect(first(x)).not.toEqual([...(await floats(0)).subarray(0, 3)]);
  });
});
