import { describe, expect, test } from "vitest";
import { Fvu } from "../sae/fvu.ts";
import { Random } from "../tensor/random.ts";
import { rows, type Tensor } from "../tensor/tensor.ts";
import { Losses } from "./losses.ts";
import { Reconstruction } from "./reconstruction.ts";
import { Reservoir } from "./reservoir.ts";
import { Sparsity } from "./sparsity.ts";

const matrix = (...data: number[][]): Tensor => ({
  shape: [data.length, data[0].length],
  data: Float32Array.from(data.flat()),
});

function randomMatrix(n: number, width: number, purpose: string): Tensor {
  const random = new Random(0, purpose);
  return {
    shape: [n, width],
    data: Float32Array.from({ length: n * width }, () => random.normal()),
  };
}

/** Every row replaced by `change` of it. */
function map(x: Tensor, change: (value: number, column: number) => number): Tensor {
  return { shape: x.shape, data: x.data.map((value, at) => change(value, at % x.shape[1])) };
}

function added<S extends { add(x: Tensor, xHat: Tensor): void }>(
  sums: S,
  x: Tensor,
  xHat: Tensor,
  batch = x.shape[0],
): S {
  for (let at = 0; at < x.shape[0]; at += batch) {
    const end = Math.min(at + batch, x.shape[0]);
    sums.add(rows(x, at, end), rows(xHat, at, end));
  }
  return sums;
}

describe("FVU", () => {
  const x = randomMatrix(50, 3, "x");
  const xHat = randomMatrix(50, 3, "x̂");

  test("is 0 for a perfect reconstruction", () => {
    expect(added(new Fvu(), x, x).value).toBe(0);
  });

  test("is 1 for the mean", () => {
    const mean = [0, 1, 2].map(
      (j) => x.data.filter((_, at) => at % 3 === j).reduce((a, b) => a + b) / 50,
    );
    expect(
      added(
        new Fvu(),
        x,
        map(x, (_, j) => mean[j]),
      ).value,
    ).toBeCloseTo(1, 6);
  });

  test("is what one works out by hand", () => {
    // x̄ = (1, 2); Σ‖x − x̄‖² = 1 + 4 + 1 + 4 = 10; Σ‖x − x̂‖² = 1 + 4
    const value = added(new Fvu(), matrix([0, 0], [2, 4]), matrix([1, 0], [2, 2])).value;
    expect(value).toBeCloseTo(5 / 10, 12);
  });

  test("counts an error of the mean, unlike a ratio of variances", () => {
    // x̂ = x + 1: the variance of x − x̂ is 0
    expect(added(new Fvu(), matrix([0], [2]), matrix([1], [3])).value).toBeCloseTo(1, 12);
  });

  test("does not depend on batching, to the last bit", () => {
    const whole = added(new Fvu(), x, xHat).value;
    for (const batch of [1, 7, 49]) expect(added(new Fvu(), x, xHat, batch).value).toBe(whole);
  });

  test("does not change when a constant is added to every activation", () => {
    // multiples of 1/8, so that float32 holds the shifted numbers exactly
    const eighths = (t: Tensor) => map(t, (value) => Math.round(value * 8) / 8);
    const shift = (t: Tensor) => map(eighths(t), (value) => value + 100_000);
    const before = added(new Fvu(), eighths(x), eighths(xHat)).value;
    expect(added(new Fvu(), shift(x), shift(xHat)).value).toBeCloseTo(before, 10);
  });
});

describe("reconstruction", () => {
  const x = matrix([3, 4], [0, 5]);

  test("of half of every row has an L2 ratio of a half, a cosine of 1 and a quarter of the squares", () => {
    const half = added(
      new Reconstruction(),
      x,
      map(x, (value) => value / 2),
    );
    expect(half.l2_ratio).toBe(0.5);
    expect(half.cosine).toBe(1);
    // ‖x − x̂‖² = 2.5² in both rows, over two dimensions
    expect(half.mse).toBe(6.25 / 2);
  });

  test("averages over tokens, not over all numbers", () => {
    // cosines: (3·4 + 4·3) / 25 and 1
    const swapped = added(new Reconstruction(), x, matrix([4, 3], [0, 10]));
    expect(swapped.cosine).toBeCloseTo((24 / 25 + 1) / 2, 12);
    expect(swapped.l2_ratio).toBeCloseTo((1 + 2) / 2, 12);
  });

  test("has the mean norms of what is given and of what it gives", () => {
    // ‖(3, 4)‖ = ‖(0, 5)‖ = 5; ‖(6, 8)‖ = 10, ‖(0, 1)‖ = 1
    const { norm_x, norm_x_hat } = added(new Reconstruction(), x, matrix([6, 8], [0, 1]));
    expect([norm_x, norm_x_hat]).toEqual([5, 5.5]);
  });

  test("that is zero has cosine and L2 ratio 0", () => {
    const zero = added(
      new Reconstruction(),
      x,
      map(x, () => 0),
    );
    expect([zero.cosine, zero.l2_ratio]).toEqual([0, 0]);
  });

  test("does not depend on batching, to the last bit", () => {
    const [a, b] = [randomMatrix(50, 3, "a"), randomMatrix(50, 3, "b")];
    const whole = added(new Reconstruction(), a, b);
    const parts = added(new Reconstruction(), a, b, 7);
    for (const name of ["mse", "norm_x", "norm_x_hat", "l2_ratio", "cosine", "tokens"] as const)
      expect(parts[name]).toBe(whole[name]);
  });
});

describe("sparsity", () => {
  // token 0: features 1 and 3; token 1: none; token 2: feature 3; token 3: feature 3
  const acts = {
    n: 4,
    offsets: Int32Array.of(0, 2, 2, 3, 4),
    features: Int32Array.of(1, 3, 3, 3),
    values: Float32Array.of(2, 1, 3, 0.5),
  };
  const sums = new Sparsity(Float32Array.of(1, 10, 1, 2));
  sums.add(acts);

  test("counts active features per token", () => {
    expect(sums.l0).toBe(4 / 4);
  });

  test("weighs activations by their decoder norms", () => {
    expect(sums.l1).toBe((2 * 10 + (1 + 3 + 0.5) * 2) / 4);
  });

  test("knows how often each feature fires, and which never do", () => {
    expect([...sums.density]).toEqual([0, 1 / 4, 0, 3 / 4]);
    expect(sums.dead_fraction).toBe(2 / 4);
    expect(sums.log10Density[0]).toBeCloseTo(-10, 6);
    expect(sums.log10Density[1]).toBeCloseTo(Math.log10(0.25), 6);
  });

  test("puts features into tenths of a decade", () => {
    const { log10_min, log10_max, counts, dead } = sums.densityHistogram;
    expect([log10_min, log10_max, dead]).toEqual([-1, 0, 2]);
    // log10(1/4) = −0.602, log10(3/4) = −0.125
    expect(counts).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 1, 0]);
  });

  test("puts a feature that always fires into the last bin", () => {
    const always = new Sparsity(Float32Array.of(1));
    always.add({
      n: 1,
      offsets: Int32Array.of(0, 1),
      features: Int32Array.of(0),
      values: Float32Array.of(1),
    });
    expect(always.densityHistogram.counts.at(-1)).toBe(1);
  });
});

describe("losses", () => {
  test("are summed first and divided once", () => {
    const losses = new Losses();
    losses.add(1, 2, 5, 0.5);
    losses.add(3, 3, 5, 0.1);
    expect(losses.ce_clean).toBe(2);
    expect(losses.ce_sae).toBe(2.5);
    expect(losses.ce_diff).toBe(0.5);
    // (10 − 5) / (10 − 4); the mean of the tokens' own ratios would be (3/4 + 1) / 2
    expect(losses.ce_loss_recovered).toBeCloseTo(5 / 6, 12);
    expect(losses.kl_sae).toBeCloseTo(0.3, 12);
  });
});

describe("a reservoir", () => {
  test("holds everything while there is room", () => {
    const reservoir = new Reservoir<number>(5, new Random(0));
    for (const i of [1, 2, 3]) reservoir.offer(() => i);
    expect(reservoir.items).toEqual([1, 2, 3]);
  });

  test("gives each thing the same chance", () => {
    const kept = new Array(20).fill(0);
    for (let seed = 0; seed < 4000; seed++) {
      const reservoir = new Reservoir<number>(5, new Random(seed, "reservoir"));
      for (let i = 0; i < 20; i++) reservoir.offer(() => i);
      for (const i of reservoir.items) kept[i]++;
    }
    // each is expected 1000 times, with a standard deviation of √(4000 · ¼ · ¾) = 27
    expect(Math.min(...kept)).toBeGreaterThan(1000 - 5 * 27);
    expect(Math.max(...kept)).toBeLessThan(1000 + 5 * 27);
  });
});
