import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { Interpreter } from "./eager-engine.ts";
import type { Losses } from "./engine.ts";
import { rotaryTables, type Sizes } from "./ops.ts";

/** Computes the forward pass at once, in plain loops: slow, and what other interpreters are tested against. */
export function referenceOps(
  weight: (name: string) => Tensor,
  { contexts, context_size, n_heads, n_kv_heads, d_head }: Sizes,
): Interpreter<Tensor> {
  return {
    weight,
    ids: (tokens) => ({ shape: [tokens.length], data: Float32Array.from(tokens) }),
    activations: (data) => ({
      shape: [contexts * context_size, data.length / (contexts * context_size)],
      data,
    }),
    read: async ({ data }) => data,
    release: () => {},

    gather: (table, ids) => {
      const width = table.shape[1];
      const out = zeros(ids.data.length, width);
      ids.data.forEach((id, i) => {
        out.data.set(table.data.subarray(id * width, (id + 1) * width), i * width);
      });
      return out;
    },

    linear: (x, W, b) => {
      const [n, d_in] = x.shape;
      const d_out = W.shape[0];
      const out = zeros(n, d_out);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < d_out; j++)
          out.data[i * d_out + j] =
            (b?.data[j] ?? 0) + dot(x.data, i * d_in, W.data, j * d_in, d_in);
      return out;
    },

    project: (x, W, b) => {
      const [n, d_in] = x.shape;
      const d_out = W.shape[1];
      const out = zeros(n, d_out);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < d_out; j++) {
          let sum = b?.data[j] ?? 0;
          for (let c = 0; c < d_in; c++) sum += x.data[i * d_in + c] * W.data[c * d_out + j];
          out.data[i * d_out + j] = sum;
        }
      return out;
    },

    add: (x, y) => mapped(x, (value, i) => value + y.data[i]),
    multiply: (x, y) => mapped(x, (value, i) => value * y.data[i]),
    scale: (x, gain) => mapped(x, (value, i) => value * gain.data[i % gain.data.length]),

    layerNorm: (x, gain, bias, eps) => {
      const [n, width] = x.shape;
      const out = zeros(n, width);
      for (let i = 0; i < n; i++) {
        const row = x.data.subarray(i * width, (i + 1) * width);
        const mean = row.reduce((sum, value) => sum + value, 0) / width;
        const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
        row.forEach((value, j) => {
          const normal = (value - mean) / Math.sqrt(variance + eps);
          out.data[i * width + j] = normal * gain.data[j] + bias.data[j];
        });
      }
      return out;
    },

    rmsNorm: (x, eps) => {
      const width = x.shape[1];
      const out = zeros(...x.shape);
      for (let at = 0; at < x.data.length; at += width) {
        const row = x.data.subarray(at, at + width);
        const meanSquare = row.reduce((sum, value) => sum + value ** 2, 0) / width;
        out.data.set(
          row.map((value) => value / Math.sqrt(meanSquare + eps)),
          at,
        );
      }
      return out;
    },

    gelu: (x) => mapped(x, (value) => (value * (1 + erf(value * Math.SQRT1_2))) / 2),
    geluTanh: (x) =>
      mapped(x, (value) => {
        const inner = Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3);
        return (value / 2) * (1 + Math.tanh(inner));
      }),
    silu: (x) => mapped(x, (value) => value / (1 + Math.exp(-value))),

    positions: (table) => {
      const width = table.shape[1];
      const out = zeros(contexts * context_size, width);
      for (let context = 0; context < contexts; context++)
        out.data.set(table.data.subarray(0, context_size * width), context * context_size * width);
      return out;
    },

    heads: (x, count) => {
      const width = x.shape[1] / count;
      const out = zeros(contexts, count, context_size, width);
      for (let at = 0; at < out.data.length; at += width) {
        const [context, head, position] = place(at / width, count);
        const from = ((context * context_size + position) * count + head) * width;
        out.data.set(x.data.subarray(from, from + width), at);
      }
      return out;
    },

    part: (x, part, parts) => {
      const width = (x.shape.at(-1) as number) / parts;
      const out = zeros(...x.shape.slice(0, -1), width);
      for (let at = 0; at < out.data.length; at += width) {
        const from = at * parts + part * width;
        out.data.set(x.data.subarray(from, from + width), at);
      }
      return out;
    },

    rotate: (x, frequencies) => {
      const r = frequencies.length;
      const { cos, sin } = rotaryTables(context_size, frequencies);
      const out: Tensor = { shape: x.shape, data: x.data.slice() };
      for (let at = 0; at < out.data.length; at += d_head) {
        const angle = ((at / d_head) % context_size) * r;
        for (let i = 0; i < r; i++) {
          const [a, b] = [x.data[at + i], x.data[at + i + r]];
          out.data[at + i] = a * cos[angle + i] - b * sin[angle + i];
          out.data[at + i + r] = b * cos[angle + i] + a * sin[angle + i];
        }
      }
      return out;
    },

    attend: (q, k, v) => {
      const out = zeros(contexts * context_size, n_heads * d_head);
      for (let at = 0; at < q.data.length; at += d_head) {
        const [context, head, position] = place(at / d_head, n_heads);
        // where position 0 of the head that serves this one lies in k and v
        const shared = Math.floor((head * n_kv_heads) / n_heads);
        const first = (context * n_kv_heads + shared) * context_size * d_head;
        const scores = Array.from(
          { length: position + 1 },
          (_, j) => dot(q.data, at, k.data, first + j * d_head, d_head) / Math.sqrt(d_head),
        );
        const pattern = softmax(scores);
        const to = ((context * context_size + position) * n_heads + head) * d_head;
        for (let i = 0; i < d_head; i++)
          out.data[to + i] = pattern.reduce(
            (sum, p, j) => sum + p * v.data[first + j * d_head + i],
            0,
          );
      }
      return out;
    },

    nextTokenLoss: async (normalized, W_U, targets) =>
      Float32Array.from(targets, (target, i) => -logP(normalized, W_U, i)[target]),

    compareLosses: async (normalized, normalizedHat, W_U, targets) => {
      const losses: Losses = {
        ce_x: new Float32Array(targets.length),
        ce_xHat: new Float32Array(targets.length),
        kl: new Float32Array(targets.length),
      };
      targets.forEach((target, i) => {
        const [p, q] = [logP(normalized, W_U, i), logP(normalizedHat, W_U, i)];
        losses.ce_x[i] = -p[target];
        losses.ce_xHat[i] = -q[target];
        losses.kl[i] = p.reduce((sum, value, j) => sum + Math.exp(value) * (value - q[j]), 0);
      });
      return losses;
    },
  };

  /** log p of every token after the i-th position that predicts one. */
  function logP(normalized: Tensor, W_U: Tensor, i: number): number[] {
    const [d_vocab, d_model] = W_U.shape;
    const row = i + Math.floor(i / (context_size - 1)); // contexts' last positions predict nothing
    const logits = Array.from({ length: d_vocab }, (_, token) =>
      dot(normalized.data, row * d_model, W_U.data, token * d_model, d_model),
    );
    const max = Math.max(...logits);
    const logSum = max + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - max), 0));
    return logits.map((logit) => logit - logSum);
  }

  /** Of row `i` of [contexts · heads · context_size, width]. */
  function place(i: number, heads: number): [context: number, head: number, position: number] {
    const head = Math.floor(i / context_size);
    return [Math.floor(head / heads), head % heads, i % context_size];
  }
}

function mapped(x: Tensor, change: (value: number, i: number) => number): Tensor {
  return { shape: x.shape, data: x.data.map(change) };
}

function dot(x: Float32Array, xAt: number, y: Float32Array, yAt: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x[xAt + i] * y[yAt + i];
  return sum;
}

function softmax(scores: number[]): number[] {
  const max = Math.max(...scores);
  const terms = scores.map((score) => Math.exp(score - max));
  const sum = terms.reduce((a, b) => a + b);
  return terms.map((term) => term / sum);
}

/** erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1 · 3 · … · (2n+1)); all terms of one sign, so nothing cancels. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
