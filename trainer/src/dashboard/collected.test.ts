import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Random } from "../tensor/random.ts";
import { type ActivationBlock, ActivationLog } from "./activation-log.ts";
import { Distribution, part } from "./distribution.ts";
import { TopExamples } from "./top-examples.ts";
import { Totals } from "./totals.ts";
import { readWindows, windowStart } from "./windows.ts";

const context_size = 10;

type Firing = [context: number, position: number, acts: Record<number, number>];

/** A block from tokens written out: where each stands, and which features fire on it how strongly. */
function block(first_context: number, firings: Firing[]): ActivationBlock {
  const entries = firings.map(([, , acts]) => Object.entries(acts));
  const offsets = new Int32Array(firings.length + 1);
  for (const [i, row] of entries.entries()) offsets[i + 1] = offsets[i] + row.length;
  return {
    first_context,
    places: Int32Array.from(firings, ([c, p]) => (c - first_context) * context_size + p),
    acts: {
      n: firings.length,
      offsets,
      features: Int32Array.from(entries.flat(), ([f]) => Number(f)),
      values: Float32Array.from(entries.flat(), ([, a]) => a),
    },
  };
}

const blocks = [
  block(0, [
    [0, 1, { 0: 1 }],
    [0, 2, { 0: 4, 2: 1 }],
    [0, 3, { 0: 4 }],
    [0, 7, { 0: 2 }],
    [1, 5, { 0: 5 }],
    [1, 6, {}],
  ]),
  block(2, [
    [2, 1, { 0: 4 }],
    [2, 9, { 0: 0.5, 2: 3 }],
    [4, 4, { 0: 3 }],
  ]),
];
const d_sae = 3;

describe("top examples", () => {
  const top = (size: number) => {
    const examples = new TopExamples(d_sae, size, context_size);
    for (const each of blocks) examples.add(each);
    return (f: number) => examples.of(f).map((e) => [e.context, e.position, e.activation]);
  };

  test("are the largest activations, each from another context, of equal ones the earlier first", () => {
    expect(top(3)(0)).toEqual([
      [1, 5, 5],
      [0, 2, 4],
      [2, 1, 4],
    ]);
  });

  test("are fewer when the feature fires in fewer contexts", () => {
    expect(top(9)(0).map(([context]) => context)).toEqual([1, 0, 2, 4]);
    expect(top(9)(1)).toEqual([]);
    expect(top(9)(2)).toEqual([
      [2, 9, 3],
      [0, 2, 1],
    ]);
  });

  test("of many features crowded into few places agree with sorting everything", () => {
    const random = new Random(0, "crowd");
    const firings = Array.from({ length: 200 }, (_, i): Firing => {
      const acts = [0, 1, 2].filter(() => random.int(3) > 0).map((f) => [f, 1 + random.int(50)]);
      return [Math.floor(i / 5), i % 5, Object.fromEntries(acts)];
    });
    const examples = new TopExamples(d_sae, 4, context_size);
    examples.add(block(0, firings));
    for (const f of [0, 1, 2]) {
      const sorted = firings
        .filter(([, , acts]) => acts[f])
        .sort((a, b) => b[2][f] - a[2][f] || a[0] - b[0] || a[1] - b[1]);
      const bestOfContext = sorted.filter(
        ([context], i) => sorted.findIndex(([other]) => other === context) === i,
      );
      const expected = bestOfContext
        .slice(0, 4)
        .map(([context, position, acts]) => ({ context, position, activation: acts[f] }));
      expect(examples.of(f)).toEqual(expected);
    }
  });
});

test("totals count every token and every activation", () => {
  const totals = new Totals(d_sae);
  for (const { acts } of blocks) totals.add(acts);
  expect(totals.tokens).toBe(9);
  expect(totals.of(0)).toEqual({
    density: 8 / 9,
    n_active: 8,
    max_activation: 5,
    mean_activation: (1 + 4 + 4 + 2 + 5 + 4 + 0.5 + 3) / 8,
  });
  expect(totals.of(1)).toEqual({
    density: 0,
    n_active: 0,
    max_activation: 0,
    mean_activation: 0,
  });
});

describe("a distribution", () => {
  const spread = (options: Partial<{ interval_examples: number; seed: number }> = {}) => {
    const distribution = new Distribution(Float32Array.of(5, 0, 3), {
      intervals: 2,
      interval_examples: 2,
      histogram_bins: 5,
      context_size,
      seed: 0,
      ...options,
    });
    for (const each of blocks) distribution.add(each);
    return distribution;
  };

  test("counts activations in equal bins of (0, max], the upper edge belonging to the bin", () => {
    // 0.5 and 1 | 2 | 3 | 4, 4 and 4 | 5
    expect(spread().histogram(0)).toEqual([2, 1, 1, 3, 1]);
    expect(spread().histogram(1)).toEqual([0, 0, 0, 0, 0]);
    expect(spread().histogram(2)).toEqual([0, 1, 0, 0, 1]);
  });

  test("gives each interval's share, highest interval first", () => {
    const [upper, lower] = spread().intervals(0);
    expect([upper.min, upper.max, upper.share]).toEqual([2.5, 5, 5 / 8]);
    expect([lower.min, lower.max, lower.share]).toEqual([0, 2.5, 3 / 8]);
  });

  test("samples each interval, and shows the largest of the sample first", () => {
    for (const seed of [0, 1, 2]) {
      const [upper, lower] = spread({ seed }).intervals(0);
      expect(upper.examples).toHaveLength(2);
      for (const { activation } of upper.examples) expect([3, 4, 5]).toContain(activation);
      for (const { activation } of lower.examples) expect([0.5, 1, 2]).toContain(activation);
      expect(upper.examples[0].activation).toBeGreaterThanOrEqual(upper.examples[1].activation);
    }
    const [, all] = spread({ interval_examples: 9 }).intervals(0);
    expect(all.examples).toEqual([
      { context: 0, position: 7, activation: 2 },
      { context: 0, position: 1, activation: 1 },
      { context: 2, position: 9, activation: 0.5 },
    ]);
  });

  test("samples the same for the same seed and otherwise for another", () => {
    const drawn = (seed: number) => JSON.stringify(spread({ seed }).intervals(0));
    expect(drawn(3)).toBe(drawn(3));
    expect(new Set([0, 1, 2, 3, 4].map(drawn)).size).toBeGreaterThan(1);
  });

  test("puts a part's upper edge into that part, whatever the float32 rounding", () => {
    for (let n = 1; n <= 40; n++) {
      const max = Math.fround(n * 1.1);
      expect(part(max, max, 5)).toBe(4);
      expect(part(Math.fround(max * 1e-30), max, 5)).toBe(0);
    }
    const unit = Math.fround(0.7);
    for (const i of [1, 2, 4]) expect(part(unit * i, unit * 8, 8)).toBe(i - 1);
  });
});

describe("windows", () => {
  test("have the position in their middle, and are moved to lie within the context", () => {
    expect(windowStart(5, 4, 10)).toBe(3);
    expect(windowStart(0, 4, 10)).toBe(0);
    expect(windowStart(9, 4, 10)).toBe(6);
    expect(windowStart(9, 10, 10)).toBe(0);
  });

  test("hold the feature's activations, and 0 where it does not fire or nothing is counted", () => {
    const windows = [
      { feature: 0, context: 2, start: 0 },
      { feature: 0, context: 0, start: 1 },
      { feature: 2, context: 0, start: 1 },
      { feature: 0, context: 0, start: 3 },
      { feature: 1, context: 3, start: 0 },
    ];
    const found = readWindows(blocks, windows, { d_sae, size: 5, context_size });
    const rows = windows.map((_, w) => [...found.subarray(5 * w, 5 * w + 5)]);
    expect(rows).toEqual([
      [0, 4, 0, 0, 0],
      [1, 4, 4, 0, 0],
      [0, 1, 0, 0, 0],
      [4, 0, 0, 0, 2],
      [0, 0, 0, 0, 0],
    ]);
  });
});

describe("the activation log", () => {
  const dir = mkdtempSync(join(tmpdir(), "log-"));
  afterAll(() => rmSync(dir, { recursive: true }));

  test("gives back its blocks as often as asked, and removes its file", () => {
    const path = join(dir, "activations.tmp");
    const log = new ActivationLog(path);
    for (const each of blocks) log.append(each);
    expect([...log.read()]).toEqual(blocks);
    expect([...log.read()]).toEqual(blocks);
    log.remove();
    expect(existsSync(path)).toBe(false);
  });
});
