import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTable } from "../bundle/files.ts";
import { type DatapointRecord, type Evaluation, tables } from "../bundle/index.ts";
import { decode, encode, type Sae } from "../sae/sae.ts";
import { toDense, toSparse } from "../sae/sparse-acts.ts";
import { Random } from "../tensor/random.ts";
import { readSafetensors } from "../tensor/safetensors.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { type EvaluateInput, evaluate, evaluateTogether } from "./evaluate.ts";
import type { MeasureInput } from "./measure.ts";

const d_in = 4;
const d_vocab = 11;
const context_size = 8;
const n_contexts = 10;

function normal(purpose: string, ...shape: number[]): Tensor {
  const random = new Random(0, purpose);
  const out = zeros(...shape);
  for (let i = 0; i < out.data.length; i++) out.data[i] = random.normal();
  return out;
}

/** The smallest model that can be spliced: x = W_E[token], logits = x · W_U. */
function bigram(): MeasureInput["model"] {
  const W_E = normal("W_E", d_vocab, d_in);
  const W_U = normal("W_U", d_in, d_vocab);
  const logProbabilities = (x: Tensor, row: number) => {
    const logits = Array.from({ length: d_vocab }, (_, v) => {
      let logit = 0;
      for (let j = 0; j < d_in; j++) logit += x.data[row * d_in + j] * W_U.data[j * d_vocab + v];
      return logit;
    });
    const logZ = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    return logits.map((logit) => logit - logZ);
  };
  const perNextToken = (n: number, figure: (row: number) => number) =>
    Float32Array.from({ length: n * (context_size - 1) }, (_, at) =>
      figure(Math.floor(at / (context_size - 1)) * context_size + (at % (context_size - 1))),
    );
  const ce = (tokens: Int32Array, n: number, x: Tensor) =>
    perNextToken(n, (row) => -logProbabilities(x, row)[tokens[row + 1]]);
  const activations = async (tokens: Int32Array) => {
    const x = zeros(tokens.length, d_in);
    for (const [row, token] of tokens.entries())
      x.data.set(W_E.data.subarray(token * d_in, (token + 1) * d_in), row * d_in);
    return x;
  };
  return {
    activations,
    // a second hook, which holds minus what the first one does
    hooks: async (tokens, shape, [first, second]) => {
      const { data } = await activations(tokens);
      const whole = [...shape, d_in];
      return {
        [first]: { shape: whole, data },
        [second]: { shape: whole, data: data.map((v) => -v) },
      };
    },
    splice: async (tokens, n, _hook, patched) => ({ ce: ce(tokens, n, patched) }),
    compare: async (tokens, n, _hook, x, xHat) => ({
      ce_x: ce(tokens, n, x),
      ce_xHat: ce(tokens, n, xHat),
      kl: perNextToken(n, (row) => {
        const [p, q] = [logProbabilities(x, row), logProbabilities(xHat, row)];
        return p.reduce((sum, logP, v) => sum + Math.exp(logP) * (logP - q[v]), 0);
      }),
    }),
  };
}

const ids = new Random(0, "tokens");
const text = Int32Array.from({ length: n_contexts * context_size }, () => ids.int(d_vocab));
const sae: Sae = {
  config: { architecture: "topk", d_in, d_sae: 6, k: 2 },
  W_enc: normal("W_enc", d_in, 6),
  b_enc: normal("b_enc", 6),
  W_dec: normal("W_dec", 6, d_in),
  b_dec: normal("b_dec", d_in),
};
type Input = Parameters<typeof evaluate>[1];
const reference: Input["encoder"] = {
  encode: (x) => toSparse(encode(sae, x)),
  decode: (acts) => decode(sae, toDense(acts, 6)),
};

/** An "SAE" whose x̂ is any function of x. */
function reconstructing(change: (x: Tensor) => Tensor): Input["encoder"] {
  let xHat = zeros(0, d_in);
  return {
    encode(x) {
      xHat = change(x);
      return {
        n: x.shape[0],
        offsets: new Int32Array(x.shape[0] + 1),
        features: new Int32Array(0),
        values: new Float32Array(0),
      };
    },
    decode: () => xHat,
  };
}

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "evaluate-"));
});
afterEach(() => rm(dir, { recursive: true }));

const shared = (): EvaluateInput => ({
  model: bigram(),
  hook_name: "blocks.0.hook_resid_post",
  hook_name_out: null,
  tokens: { context_size, contexts: (a, b) => text.slice(a * context_size, b * context_size) },
  held_out_contexts: n_contexts,
  policy: { exclude_first_position: true, exclude_token_ids: [3] },
});

const config = { datapoints: 25, worst_fraction: 0, best_datapoints: 0, shown_contexts: 0 };

function run(change: Partial<Input> = {}, eval_tokens: number | null = null) {
  return evaluate(
    { eval_tokens, ...config },
    { ...shared(), sae, encoder: reference, dir, seed: 0, ...change },
  );
}

const value = (result: Evaluation, name: keyof Evaluation["metrics"]) =>
  result.metrics[name]?.value;

async function datapoints(): Promise<DatapointRecord[]> {
  const rows: DatapointRecord[] = [];
  for await (const block of readTable(join(dir, "datapoints.parquet"), tables.datapoints))
    rows.push(...block);
  return rows;
}

/** Positions that the policy counts, by hand: not the first of a context, not token 3. */
const counted = [...text.entries()].filter(([i, token]) => i % context_size !== 0 && token !== 3);
const countedWithNext = counted.filter(([i]) => i % context_size !== context_size - 1);

describe("evaluation", () => {
  test("of the identity loses nothing", async () => {
    const result = await run({ encoder: reconstructing((x) => x) });
    expect(value(result, "ce_diff")).toBe(0);
    expect(value(result, "ce_loss_recovered")).toBe(1);
    expect(value(result, "kl_sae")).toBe(0);
    expect(value(result, "fvu")).toBe(0);
    expect(value(result, "l2_ratio")).toBe(1);
  });

  test("of zeros recovers nothing", async () => {
    const result = await run({ encoder: reconstructing((x) => zeros(...x.shape)) });
    expect(value(result, "ce_loss_recovered")).toBeCloseTo(0, 12);
    expect(value(result, "ce_sae")).toBe(value(result, "ce_zero"));
    // all logits are 0: every next token costs ln d_vocab
    expect(value(result, "ce_zero")).toBeCloseTo(Math.log(d_vocab), 5);
    expect(value(result, "l2_ratio")).toBe(0);
  });

  test("counts the positions that the policy counts, and for losses those with a next token", async () => {
    const { metrics } = await run();
    expect(metrics.fvu.tokens).toBe(counted.length);
    expect(metrics.l0.tokens).toBe(counted.length);
    expect(metrics.ce_sae.tokens).toBe(countedWithNext.length);
  });

  test("leaves x in place where the policy does not count", async () => {
    const seen: Tensor[] = [];
    const model = bigram();
    await run({
      model: {
        ...model,
        compare: (tokens, n, hook, x, xHat) => {
          seen.push(x, xHat);
          return model.compare(tokens, n, hook, x, xHat);
        },
      },
    });
    const [x, xHat] = seen;
    const differs = (i: number) =>
      x.data.subarray(i * d_in, (i + 1) * d_in).join() !==
      xHat.data.subarray(i * d_in, (i + 1) * d_in).join();
    const changed = [...text.keys()].filter(differs);
    expect(changed).toEqual(counted.map(([i]) => i));
  });

  test("does not depend on how many contexts are worked on at a time", async () => {
    const whole = await run({ batch_contexts: n_contexts });
    const points = await datapoints();
    for (const batch_contexts of [1, 3]) {
      expect(await run({ batch_contexts })).toEqual(whole);
      expect(await datapoints()).toEqual(points);
    }
  });

  test("measures so many held-out contexts as hold the tokens asked for", async () => {
    expect((await run({}, 3 * context_size)).contexts).toEqual([0, 3]);
    expect((await run({}, 3 * context_size + 1)).contexts).toEqual([0, 4]);
    expect((await run({}, 1e9)).contexts).toEqual([0, n_contexts]);
  });

  test("stops when it is told to", async () => {
    await expect(run({ signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe("a transcoder", () => {
  const hook_name_out = "blocks.0.hook_mlp_out";

  test("is measured at its target: one that gives it exactly loses nothing", async () => {
    const negate = reconstructing(({ shape, data }) => ({ shape, data: data.map((v) => -v) }));
    const spliced: string[] = [];
    const model = bigram();
    const result = await run({
      hook_name_out,
      encoder: negate,
      model: {
        ...model,
        compare: (tokens, n, hook, ...pair) => {
          spliced.push(hook);
          return model.compare(tokens, n, hook, ...pair);
        },
      },
    });
    expect(value(result, "fvu")).toBe(0);
    expect(value(result, "ce_diff")).toBe(0);
    expect(value(result, "cosine")).toBeCloseTo(1, 6);
    expect(new Set(spliced)).toEqual(new Set([hook_name_out]));
  });

  test("one that gives its input instead does not", async () => {
    const result = await run({ hook_name_out, encoder: reconstructing((x) => x) });
    expect(value(result, "cosine")).toBeCloseTo(-1, 6);
    expect(value(result, "fvu")).toBeGreaterThan(1);
  });
});

describe("evaluation's files", () => {
  test("hold what it answers", async () => {
    const result = await run();
    expect(JSON.parse(await readFile(join(dir, "evaluation.json"), "utf8"))).toEqual(result);
    const file = readSafetensors(join(dir, "sparsity.safetensors"));
    const { shape, data } = file.tensor("sparsity");
    file.close();
    expect(shape).toEqual([6]);
    // Σ_f density_f = L0
    const total = data.reduce((sum, log10) => sum + 10 ** log10 - 1e-10, 0);
    expect(total).toBeCloseTo(value(result, "l0") as number, 4);
  });

  test("are the same when several are measured together, and what they share is computed once", async () => {
    const alone = [await run(), await run({ encoder: reconstructing((x) => x), seed: 1 })];
    const model = bigram();
    const calls = { activations: 0, splice: 0 };
    const counting: Input["model"] = {
      ...model,
      activations(...given) {
        calls.activations++;
        return model.activations(...given);
      },
      splice(...given) {
        calls.splice++;
        return model.splice(...given);
      },
    };
    const input = { ...shared(), model: counting, batch_contexts: 4 };
    const together = await evaluateTogether({ eval_tokens: null, ...config }, input, [
      { sae, encoder: reference, dir, seed: 0 },
      { sae, encoder: reconstructing((x) => x), dir, seed: 1 },
    ]);
    expect(together).toEqual(alone);
    expect(calls).toEqual({ activations: 3, splice: 3 }); // ten contexts, four at a time
  });

  test("sample counted positions in order, each once, the same for the same seed", async () => {
    await run();
    const first = await datapoints();
    expect(first).toHaveLength(25);
    const places = first.map(({ context, position }) => context * context_size + position);
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    for (const place of places) expect(countedWithNext.map(([i]) => i)).toContain(place);
    await run();
    expect(await datapoints()).toEqual(first);
    await run({ seed: 1 });
    expect(await datapoints()).not.toEqual(first);
  });

  test("give each datapoint its own row's figures", async () => {
    const model = bigram();
    await run({ batch_contexts: 3 });
    for (const { context, position, ...figures } of await datapoints()) {
      const tokens = text.slice(context * context_size, (context + 1) * context_size);
      const all = await model.activations(tokens, 1, "");
      const x = { shape: [1, d_in], data: all.data.slice(position * d_in, (position + 1) * d_in) };
      const acts = encode(sae, x);
      const xHat = decode(sae, acts);
      const square = (a: Float32Array) => a.reduce((sum, v) => sum + v * v, 0);
      expect(figures.l0).toBe(acts.data.filter((a) => a > 0).length);
      expect(figures.norm_x).toBeCloseTo(Math.sqrt(square(x.data)), 5);
      expect(figures.norm_x_hat).toBeCloseTo(Math.sqrt(square(xHat.data)), 5);
      expect(figures.squared_error).toBeCloseTo(square(x.data.map((v, j) => v - xHat.data[j])), 4);
      expect(figures.ce_diff).toBeCloseTo(figures.ce_sae - figures.ce_clean, 5);
      const { ce } = await model.splice(tokens, 1, "", all);
      expect(figures.ce_clean).toBeCloseTo(ce[position], 5);
    }
  });
});
