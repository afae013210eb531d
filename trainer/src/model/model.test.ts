import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UsageError } from "../bundle/errors.ts";
import { maxRelativeDifference } from "../tensor/compare.ts";
import { Random } from "../tensor/random.ts";
import { rows, type Tensor, zeros } from "../tensor/tensor.ts";
import { hookNames } from "./hook-names.ts";
import { loadModel } from "./model.ts";
import { LOGIT_ROWS } from "./onnx/next-token.ts";

const embedded = join(import.meta.dirname, "../../embedded/model");
const tiny = join(import.meta.dirname, "../../fixtures/model/tiny-parallel");
const hook = "blocks.1.hook_resid_post";

const model = await loadModel(tiny, { threads: 1 });
const { d_vocab } = model.config;
const tokensOf = (n: number, context_size: number, vocabulary = d_vocab) => {
  const random = new Random(7);
  return Int32Array.from({ length: n * context_size }, () => random.int(vocabulary));
};

describe("results do not depend on", () => {
  // 99 rows of 128 columns: shared out by columns over two threads, they would round otherwise.
  test("the number of threads, to the last bit", async () => {
    const tokens = tokensOf(3, 33);
    const results = await Promise.all(
      [1, 2].map(async (threads) => {
        const { activations, compare } = await loadModel(embedded, { threads });
        const x = await activations(tokens, 3, hook);
        return { x, losses: await compare(tokens, 3, hook, x, zeros(...x.shape)) };
      }),
    );
    expect(results[1]).toEqual(results[0]);
  });

  // On x64 with AVX-512 they were the same to the last bit; other kernels may round otherwise.
  test("the contexts beside one in its batch, beyond rounding", async () => {
    const tokens = tokensOf(6, 17);
    const together = await model.activations(tokens, 6, hook);
    const { ce } = await model.splice(tokens, 6, hook, together);
    for (let i = 0; i < 6; i++) {
      const context = tokens.slice(i * 17, (i + 1) * 17);
      const x = await model.activations(context, 1, hook);
      const alone = await model.splice(context, 1, hook, x);
      expect(maxRelativeDifference(x, rows(together, i * 17, (i + 1) * 17))).toBeLessThan(1e-6);
      expect(
        maxRelativeDifference({ data: alone.ce }, { data: ce.subarray(i * 16, (i + 1) * 16) }),
      ).toBeLessThan(1e-6);
    }
  });

  test("the tokens that follow: a changed token changes nothing before it", async () => {
    const tokens = tokensOf(1, 20);
    const before = await model.activations(tokens, 1, hook);
    tokens[12] = (tokens[12] + 1) % d_vocab;
    const after = await model.activations(tokens, 1, hook);
    expect(rows(after, 0, 12).data).toEqual(rows(before, 0, 12).data);
    expect(rows(after, 12, 13).data).not.toEqual(rows(before, 12, 13).data);
  });
});

describe("next-token losses", () => {
  test("are those of the logits, over as many blocks as it takes", async () => {
    const large = await loadModel(embedded, { threads: 2 });
    const [n, context_size, vocabulary] = [9, 64, large.config.d_vocab];
    expect(n * (context_size - 1)).toBeGreaterThan(2 * LOGIT_ROWS);
    const tokens = tokensOf(n, context_size, vocabulary);
    const { logits } = await large.hooks(tokens, [n, context_size], ["logits"]);
    const x = await large.activations(tokens, n, "blocks.3.hook_resid_pre");
    const { ce } = await large.splice(tokens, n, "blocks.3.hook_resid_pre", x);
    const expected = new Float32Array(n * (context_size - 1));
    for (let i = 0, at = 0; i < tokens.length; i++)
      if (i % context_size !== context_size - 1)
        expected[at++] = crossEntropy(rows2d(logits, i, vocabulary), tokens[i + 1]);
    expect(maxRelativeDifference({ data: ce }, { data: expected })).toBeLessThan(1e-6);
  });

  test.each(hookNames(model.config))("with %s's own activations are the model's", async (name) => {
    const tokens = tokensOf(2, 11);
    const x = await model.activations(tokens, 2, name);
    const last = await model.activations(tokens, 2, "ln_final.hook_normalized");
    const { ce } = await model.splice(tokens, 2, name, x);
    const clean = await model.splice(tokens, 2, "ln_final.hook_normalized", last);
    expect(maxRelativeDifference({ data: ce }, { data: clean.ce })).toBeLessThan(1e-6);
  });

  test("of a comparison with itself are equal, and the divergence is exactly 0", async () => {
    const tokens = tokensOf(2, 11);
    const x = await model.activations(tokens, 2, hook);
    const { ce_x, ce_xHat, kl } = await model.compare(tokens, 2, hook, x, x);
    expect(ce_xHat).toEqual(ce_x);
    expect(kl).toEqual(new Float32Array(20));
  });
});

test("W_U maps ln_f(x) to the logits", async () => {
  const tokens = tokensOf(1, 4);
  const found = await model.hooks(tokens, [1, 4], ["ln_final.hook_normalized", "logits"]);
  const W_UT = model.unembed();
  expect(W_UT.shape).toEqual([d_vocab, model.config.d_model]);
  const x = found["ln_final.hook_normalized"].data;
  const logits = found.logits.data.map((_, i) => {
    const [row, token] = [Math.floor(i / d_vocab), i % d_vocab];
    let sum = 0;
    for (let j = 0; j < 60; j++) sum += x[row * 60 + j] * W_UT.data[token * 60 + j];
    return sum;
  });
  expect(maxRelativeDifference({ data: logits }, found.logits)).toBeLessThan(1e-5);
});

describe("refuses", () => {
  test("contexts longer than the model can see", async () => {
    await expect(model.activations(tokensOf(1, 41), 1, hook)).rejects.toThrow(
      "context_size 41 is longer than tiny-parallel can see (expected at most 40)",
    );
  });

  test.each([d_vocab, -1])("token id %d", async (id) => {
    const bad = model.activations(Int32Array.of(1, id), 1, hook);
    await expect(bad).rejects.toThrow(UsageError);
    await expect(bad).rejects.toThrow(`token id ${id} is unknown`);
  });

  test("a layer that the model does not have", async () => {
    await expect(model.activations(tokensOf(1, 4), 1, "blocks.3.hook_resid_post")).rejects.toThrow(
      "no layer 3 (expected 0 to 2)",
    );
  });

  test("a patch of another width", async () => {
    await expect(model.splice(tokensOf(1, 4), 1, hook, zeros(4, 59))).rejects.toThrow(
      "is [4,59] (expected [4,60])",
    );
  });
});

function rows2d(logits: Tensor, row: number, width: number): Float32Array {
  return logits.data.subarray(row * width, (row + 1) * width);
}

function crossEntropy(logits: Float32Array, target: number): number {
  const max = logits.reduce((a, b) => Math.max(a, b));
  return max + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - max), 0)) - logits[target];
}
