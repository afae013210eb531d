import { describe, expect, test } from "vitest";
import type { Reading } from "../bundle/index.ts";
import { judge } from "./verdict.ts";

type Figures = [fvu: number, l0: number];

const figuresOf = ([fvu, l0]: Figures) => ({ fvu, l0, l2_ratio: 1 });
const shift: Partial<Reading> = { subtract_b_dec: false };
const relu: Partial<Reading> = { architecture: "standard", k: null };
const hook: Partial<Reading> = { hook_name: "blocks.2.hook_resid_post" };

/** What is said of a reading with these figures, beside another's. */
function verdictOf(
  read: Figures,
  change: Partial<Reading>,
  other: Figures,
  k: number | null = null,
) {
  const alternatives = [{ change, title: "the other", ...figuresOf(other) }];
  const trained = { architecture: null, k, context_size: null, dataset: null };
  return judge({ as_read: figuresOf(read), alternatives, tokens: 4096 }, { d_in: 128, trained });
}

describe("another reading", () => {
  test.each<[string, Figures, Partial<Reading>, Figures]>([
    ["is clearly better with as many features", [0.1, 32], shift, [0.089, 32]],
    ["is better by more than its features explain", [0.226, 8], shift, [0.1, 16]],
    ["is as good with far fewer features", [0.1, 100], shift, [0.099, 69]],
    ["reconstructs what is not, as read", [1.247, 1.2], shift, [0.086, 34.6]],
    ["is ReLU, where a rule leaves out what matters", [0.5, 10], relu, [0.1, 20]],
    ["is of another hook, and much better", [0.1, 32], hook, [0.084, 32]],
  ])("wins when it %s", (_, read, change, other) => {
    expect(verdictOf(read, change, other).verdict).toBe("misread");
  });

  // figures of dictionaries that were read rightly
  test.each<[string, Figures, Partial<Reading>, Figures]>([
    ["is as good", [0.061, 32], shift, [0.0665, 32]],
    ["is better by noise", [0.1, 32], shift, [0.091, 32]],
    ["is better with more features", [0.056, 32], relu, [0.0375, 53.4]],
    ["is better with a few more features", [0.08, 46], shift, [0.074, 62]],
    ["is ReLU, and lets more in", [0.61, 2], relu, [0.25, 20]],
    ["is of a hook that is much like it", [0.056, 32], hook, [0.051, 32]],
    ["is sparser and worse", [0.086, 34.6], shift, [0.21, 20.5]],
    ["reconstructs nothing either", [100, 0], shift, [1.2, 1]],
    ["is dense", [1.2, 1], shift, [0.1, 200]],
  ])("does not when it %s", (_, read, change, other) => {
    expect(verdictOf(read, change, other).verdict).not.toBe("misread");
  });

  test("that wins is the first of the alternatives, and named with its flag", () => {
    const others: [Partial<Reading>, Figures][] = [
      [hook, [0.9, 30]],
      [relu, [0.04, 400]],
      [shift, [0.05, 32]],
    ];
    const alternatives = others.map(([change, figures], i) => ({
      change,
      title: `the ${i}`,
      ...figuresOf(figures),
    }));
    const trained = { architecture: null, k: null, context_size: null, dataset: null };
    const found = { as_read: figuresOf([0.5, 32]), alternatives, tokens: 4096 };
    const { says, alternatives: sorted } = judge(found, { d_in: 512, trained });
    expect(sorted.map(({ title }) => title)).toEqual(["the 2", "the 0", "the 1"]);
    expect(says).toBe(
      "another reading fits better, the 2: fvu is 0.050 instead of 0.500, l0 32.0 instead of 32.0, l2_ratio 1.000 instead of 1.000; --subtract_b_dec false takes it",
    );
  });
});

describe("where no other wins", () => {
  test.each<[string, Figures, number | null, string]>([
    ["fits", [0.49, 32], 32, "it fits: fvu 0.490, l0 32.0"],
    ["fits", [0.1, 20], null, "it fits"],
    ["poor", [0.5, 32], 32, "(expected fvu below 0.5)"],
    ["poor", [0.1, 65], 32, "(expected an l0 near the k of its training, 32)"],
    ["poor", [0.1, 15], 32, "(expected an l0 near the k of its training, 32)"],
  ])("it %s with fvu and l0 %s and a k of %s", (verdict, read, k, says) => {
    const found = verdictOf(read, shift, [1, 1], k);
    expect(found.verdict).toBe(verdict);
    expect(found.says).toContain(says);
  });
});
