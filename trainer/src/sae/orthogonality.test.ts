import { describe, expect, test } from "vitest";
import { Random } from "../tensor/random.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { type FeatureChunks, orthogonality } from "./orthogonality.ts";
import { randomTensor } from "./random-sae.ts";

type Kind = "abs" | "squared" | "max";
const kinds: Kind[] = ["abs", "squared", "max"];

function penalty(W_dec: Tensor, kind: Kind, λ = 1, chunks?: FeatureChunks) {
  const grad = zeros(...W_dec.shape);
  const value = orthogonality(W_dec, grad, {
    orthogonality: kind,
    orthogonality_coefficient: λ,
    ...(chunks && { chunks }),
    lp_norm: 1,
    jumprelu_sparsity: "step",
    jumprelu_bandwidth: 0.5,
    jumprelu_tanh_scale: 4,
    sparsity_coefficient: 0,
    auxk_coefficient: 0,
    dead: new Uint8Array(W_dec.shape[0]),
  });
  return { value: value as number, grad };
}

const rowsOf = (...rows: number[][]): Tensor => ({
  shape: [rows.length, rows[0].length],
  data: Float32Array.from(rows.flat()),
});
const at = (degrees: number, length = 1) => [
  length * Math.cos((degrees * Math.PI) / 180),
  length * Math.sin((degrees * Math.PI) / 180),
];

describe("two rows at 60°, one of them longer", () => {
  const W_dec = rowsOf(at(0), at(60, 3));

  test.each([
    ["abs", 1 / 2],
    ["squared", 1 / 4],
    ["max", 1 / 2],
  ] as const)("have the penalty %s, %d times its coefficient", (kind, expected) => {
    expect(penalty(W_dec, kind, 8).value).toBeCloseTo(8 * expected, 6);
  });

  test.each([120, 240])("are the same at %d°: a row and its opposite are one", (degrees) => {
    for (const kind of kinds)
      expect(penalty(rowsOf(at(0), at(degrees)), kind).value).toBeCloseTo(
        penalty(W_dec, kind).value,
        6,
      );
  });

  test("are turned from each other, the longer by less, and neither is lengthened", () => {
    const { grad } = penalty(W_dec, "abs");
    // both rows' means hold the pair: d cos/dθ = −sin 60°, so that descent turns row 0 down, row 1 on
    expect(grad.data[0]).toBeCloseTo(0, 6);
    expect(grad.data[1]).toBeCloseTo(Math.sin(Math.PI / 3), 6);
    const [x, y] = at(150, -Math.sin(Math.PI / 3) / 3);
    expect(grad.data[2]).toBeCloseTo(x, 6);
    expect(grad.data[3]).toBeCloseTo(y, 6);
  });
});

test("a mean is over the others, the largest is the nearest's, and both are means over the rows", () => {
  // cosines: 0–1 cos 60° = ½, 0–2 cos 90° = 0, 1–2 cos 30° = √3/2
  const W_dec = rowsOf(at(0), at(60), at(90));
  const half = Math.sqrt(3) / 2;
  expect(penalty(W_dec, "abs").value).toBeCloseTo((2 * (0.5 + half)) / 2 / 3, 6);
  expect(penalty(W_dec, "squared").value).toBeCloseTo((2 * (0.25 + 0.75)) / 2 / 3, 6);
  expect(penalty(W_dec, "max").value).toBeCloseTo((0.5 + half + half) / 3, 6);
});

test("rows in other chunks are not compared, and one alone has no penalty", () => {
  const W_dec = rowsOf(at(0), at(60), at(90));
  const chunks = { order: Int32Array.of(1, 0, 2), count: 2 }; // {1} and {0, 2}
  for (const kind of kinds) expect(penalty(W_dec, kind, 1, chunks).value).toBeCloseTo(0, 6);
  const other = { order: Int32Array.of(2, 0, 1), count: 2 }; // {2} and {0, 1}
  expect(penalty(W_dec, "abs", 1, other).value).toBeCloseTo((2 * 0.5) / 3, 6);
});

test("random chunks expect what all pairs have", () => {
  const W_dec = randomTensor(new Random(0, "W"), 1, 24, 6);
  for (const kind of ["abs", "squared"] as const) {
    const random = new Random(0, "chunks");
    let sum = 0;
    for (let i = 0; i < 100; i++) {
      const order = random.shuffle(Int32Array.from({ length: 24 }, (_, f) => f));
      sum += penalty(W_dec, kind, 1, { order, count: 4 }).value;
    }
    expect(sum / 100 / penalty(W_dec, kind).value).toBeCloseTo(1, 1);
  }
});

describe.each(kinds)("the gradient of %s", (kind) => {
  const W_dec = randomTensor(new Random(1, "W"), 1, 11, 5);
  const order = new Random(1, "order").shuffle(Int32Array.from({ length: 11 }, (_, f) => f));
  test.each([
    ["all pairs", undefined],
    ["chunks", { order, count: 3 }],
  ])("of %s is that of finite differences, at any norms", (_, chunks) => {
    const { grad } = penalty(W_dec, kind, 3, chunks);
    const step = 2 ** -10;
    for (let i = 0; i < W_dec.data.length; i++) {
      const nudged = (by: number) => {
        const data = W_dec.data.slice();
        data[i] += by;
        return penalty({ ...W_dec, data }, kind, 3, chunks).value;
      };
      const found = (nudged(step) - nudged(-step)) / (2 * step);
      expect(Math.abs(found - grad.data[i])).toBeLessThan(1e-5);
    }
  });
});

test("without a coefficient there is none", () => {
  expect(penalty(rowsOf(at(0), at(60)), "abs", 0).value).toBeNull();
});
