import { describe, expect, test } from "vitest";
import { addonForTests } from "../../../fixtures/native-addon.ts";
import { maxRelativeDifference } from "../../tensor/compare.ts";
import { Random } from "../../tensor/random.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import type { Interpreter } from "../eager-engine.ts";
import { rotaryFrequencies, type Sizes } from "../ops.ts";
import { referenceOps } from "../reference-ops.ts";
import type { Addon } from "./addon.ts";
import { Memory } from "./memory.ts";
import { nativeOps } from "./ops.ts";
import { nativeWeights } from "./weights.ts";

/** Largest seen: 1.4e-6, and 8e-6 with bf16x3; the reference adds in double precision. */
const tolerances = { float32: 3e-6, bf16x6: 3e-6, bf16x3: 3e-5 };

const found = addonForTests();
const reason = typeof found === "string" ? found : "";
const addon = found as Addon;

/** The same computation in the plain loops and in the kernels: a tensor, or losses. */
type Both = <T>(o: Interpreter<T>) => T | Promise<Float32Array>;

async function numbersOf<T>(o: Interpreter<T>, both: Both): Promise<Float32Array> {
  const result = both(o);
  return result instanceof Promise ? result : o.read(result);
}

describe.skipIf(reason)(`kernels ${reason}`, () => {
  describe.each(reason ? [] : addon.variants())("for $name", (variant) => {
    const tolerance = tolerances[variant.precision];
    const open = (threads: number) => {
      const number = addon.variants().findIndex(({ name }) => name === variant.name);
      return addon.open(number, threads);
    };

    /** How far the kernels are from the reference; weights are random, of the shapes given. */
    async function difference(
      sizes: Partial<Sizes>,
      shapes: Record<string, number[]>,
      both: Both,
    ): Promise<number> {
      const of: Sizes = { contexts: 1, context_size: 1, n_heads: 1, n_kv_heads: 1, d_head: 1 };
      Object.assign(of, sizes);
      const tensors = new Map(Object.entries(shapes).map(([k, shape]) => [k, random(...shape)]));
      const get = (name: string) => tensors.get(name) as Tensor;
      const reference = referenceOps(get, of);
      const machine = open(2);
      const stored = { get, read: get };
      const weights = nativeWeights(addon, machine, stored, new Map(Object.entries(shapes)));
      const native = nativeOps({ addon, machine, weights, memory: new Memory() }, of);
      const expected = await numbersOf(reference, both);
      const data = await numbersOf(native, both);
      addon.close(machine);
      return maxRelativeDifference({ data }, { data: expected });
    }

    test.each([
      [1, 1, 1],
      [3, 20, 31],
      [17, 257, 65],
      [33, 600, 130],
      [193, 16, 64],
    ])("products of %d rows of %d with %d columns", async (context_size, d_in, d_out) => {
      const x = random(context_size, d_in).data;
      const shapes = { W: [d_out, d_in], V: [d_out, d_in], b: [d_in] };
      const linear: Both = (o) => o.linear(o.activations(x), o.weight("W"));
      const both: Both = (o) => {
        const between = o.linear(o.activations(x), o.weight("W"));
        return o.project(between, o.weight("V"), o.weight("b"));
      };
      expect(await difference({ context_size }, shapes, linear)).toBeLessThan(tolerance);
      expect(await difference({ context_size }, shapes, both)).toBeLessThan(tolerance);
    });

    test.each([1, 15, 16, 33, 100])("norms of rows of %d", async (width) => {
      const x = random(3, width).data.map((value) => value + 2);
      const shapes = { g: [width], b: [width] };
      const passes: Both[] = [
        (o) => o.layerNorm(o.activations(x), o.weight("g"), o.weight("b"), 1e-5),
        (o) => o.rmsNorm(o.activations(x), 1e-6),
        (o) => o.scale(o.activations(x), o.weight("g")),
      ];
      for (const pass of passes)
        expect(await difference({ context_size: 3 }, shapes, pass)).toBeLessThan(tolerance);
    });

    test("functions of single numbers, from −40 to 40 and very near 0", async () => {
      const x = Float32Array.from({ length: 20_003 }, (_, i) => (i - 10_001) / 250);
      x.set([1e-30, -1e-30, 1e-41, 0, -0], 7);
      for (const name of ["gelu", "geluTanh", "silu"] as const) {
        expect(await difference({}, {}, (o) => o[name](o.activations(x)))).toBeLessThan(1e-7);
        const near = x.filter((value) => Math.abs(value) < 1);
        expect(await difference({}, {}, (o) => o[name](o.activations(near)))).toBeLessThan(3e-7);
      }
      const y = random(1, x.length).data;
      for (const name of ["add", "multiply"] as const)
        expect(
          await difference({}, {}, (o) => o[name](o.activations(x), o.activations(y))),
        ).toBeLessThan(1e-7);
    });

    test.each([
      [1, 1, 2, 1, 6, 0],
      [2, 7, 3, 3, 20, 4],
      [1, 17, 4, 2, 64, 64],
      [2, 70, 4, 1, 16, 16],
      [1, 150, 2, 2, 72, 18],
    ])(
      "attention: %d contexts of %d, %d heads over %d, %d wide, %d rotated",
      async (...numbers) => {
        const [contexts, context_size, n_heads, n_kv_heads, d_head, rotary] = numbers;
        const sizes = { contexts, context_size, n_heads, n_kv_heads, d_head };
        const [q, k, v] = [n_heads, n_kv_heads, n_kv_heads].map(
          (heads) => random(contexts * context_size, heads * d_head).data,
        );
        const frequencies = rotaryFrequencies(rotary, 10_000);
        const pass: Both = (o) => {
          const heads = (x: Float32Array, count: number) => o.heads(o.activations(x), count);
          const rotated = [heads(q, n_heads), heads(k, n_kv_heads)].map((x) =>
            o.rotate(x, frequencies),
          );
          return o.attend(rotated[0], rotated[1], heads(v, n_kv_heads));
        };
        expect(await difference(sizes, {}, pass)).toBeLessThan(tolerance);
      },
    );

    test("parts of rows, cut before the heads or after", async () => {
      const sizes = { contexts: 2, context_size: 5, n_heads: 3, n_kv_heads: 3, d_head: 4 };
      const x = random(10, 36).data;
      const before: Both = (o) => {
        const [q, k, v] = [0, 1, 2].map((i) => o.heads(o.part(o.activations(x), i, 3), 3));
        return o.attend(q, k, v);
      };
      const after: Both = (o) => {
        const heads = o.heads(o.activations(x), 3);
        return o.attend(o.part(heads, 0, 3), o.part(heads, 1, 3), o.part(heads, 2, 3));
      };
      for (const pass of [before, after])
        expect(await difference(sizes, {}, pass)).toBeLessThan(tolerance);
    });

    // 4,500 columns are two groups of sums, 120 predictions two blocks of rows.
    test.each([
      [2, 2, 5, 7],
      [3, 41, 12, 4500],
    ])("losses: %d contexts of %d, %d wide, over %d tokens", async (...numbers) => {
      const [contexts, context_size, width, d_vocab] = numbers;
      const x = random(contexts * context_size, width).data;
      const xHat = x.map((value) => value * 0.9 + 0.05);
      const targets = Int32Array.from(
        { length: contexts * (context_size - 1) },
        (_, i) => (i * 613) % d_vocab,
      );
      const shapes = { U: [d_vocab, width] };
      const ce: Both = (o) => o.nextTokenLoss(o.activations(x), o.weight("U"), targets);
      expect(await difference({ contexts, context_size }, shapes, ce)).toBeLessThan(tolerance);
      for (const name of ["ce_x", "ce_xHat", "kl"] as const) {
        const compared: Both = async (o) => {
          const [a, b] = [o.activations(x), o.activations(xHat)];
          const { [name]: loss } = await o.compareLosses(a, b, o.weight("U"), targets);
          return loss.map((nats) => nats + 1); // of a KL near 0 it is the difference that counts
        };
        const far = await difference({ contexts, context_size }, shapes, compared);
        expect(far, name).toBeLessThan(tolerance);
      }
    });

    test("a number that is none stays in its own row", async () => {
      const x = zeros(3, 20).data.fill(1);
      x[25] = NaN;
      const machine = open(1);
      const weight = addon.pack(machine, new Float32Array(20 * 5).fill(0.5), 20, 5, 0);
      const out = new Float32Array(15);
      addon.product(machine, out, x, weight, null);
      expect([...out]).toEqual([...Array(5).fill(10), ...Array(5).fill(NaN), ...Array(5).fill(10)]);
      for (const name of [0, 1, 2]) {
        const mapped = new Float32Array(60);
        addon.map(machine, name, mapped, x, null);
        expect(mapped.findIndex(Number.isNaN)).toBe(25);
        expect(mapped.filter(Number.isNaN)).toHaveLength(1);
      }
      addon.close(machine);
    });
  });
});

function random(...shape: number[]): Tensor {
  const generator = new Random(shape.reduce((a, b) => 31 * a + b, 7));
  const tensor = zeros(...shape);
  return { ...tensor, data: tensor.data.map(() => generator.next() * 2 - 1) };
}
