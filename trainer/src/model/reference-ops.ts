import { type Tensor, zeros } from "../tensor/tensor.ts";
import { type Ops, rotaryTables, type Sizes } from "./ops.ts";

/** Computes the forward pass at once, in plain loops: slow, and what the graphs are tested against. */
export function referenceOps(
  weights: Map<string, Tensor>,
  { contexts, context_size, n_heads, d_head }: Sizes,
): Ops<Tensor> {
  return {
    weight: (name) => weights.get(name) as Tensor,

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

    add: (x, y) => ({ shape: x.shape, data: x.data.map((value, i) => value + y.data[i]) }),

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

    gelu: (x) => ({
      shape: x.shape,
      data: x.data.map((value) => (value * (1 + erf(value * Math.SQRT1_2))) / 2),
    }),

    splitHeads: (x, parts) =>
      Array.from({ length: parts }, (_, part) => {
        const out = zeros(contexts, n_heads, context_size, d_head);
        for (let at = 0; at < out.data.length; at += d_head) {
          const [context, head, position] = place(at / d_head);
          const row = context * context_size + position;
          const from = ((row * n_heads + head) * parts + part) * d_head;
          out.data.set(x.data.subarray(from, from + d_head), at);
        }
        return out;
      }),

    rotate: (x, dim, base) => {
      const { cos, sin } = rotaryTables(context_size, dim, base);
      const out: Tensor = { shape: x.shape, data: x.data.slice() };
      for (let at = 0; at < out.data.length; at += d_head) {
        const angle = ((at / d_head) % context_size) * dim;
        for (let i = 0; i < dim / 2; i++) {
          const [a, b] = [x.data[at + i], x.data[at + i + dim / 2]];
          out.data[at + i] = a * cos[angle + i] - b * sin[angle + i];
          out.data[at + i + dim / 2] = b * cos[angle + i] + a * sin[angle + i];
        }
      }
      return out;
    },

    attend: (q, k, v) => {
      const out = zeros(contexts * context_size, n_heads * d_head);
      for (let at = 0; at < q.data.length; at += d_head) {
        const [context, head, position] = place(at / d_head);
        const first = at - position * d_head; // where the head's position 0 lies
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
  };

  /** Of row `i` of [contexts · n_heads · context_size, d_head]. */
  function place(i: number): [context: number, head: number, position: number] {
    const head = Math.floor(i / context_size);
    return [Math.floor(head / n_heads), head % n_heads, i % context_size];
  }
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
