/**
 * The operations that a model's forward pass is written in. An interpreter gives them meaning:
 * `onnx-ops.ts` builds a graph for ONNX Runtime, `reference-ops.ts` computes at once in plain loops.
 * Activations are [n, width] with n = contexts · context_size, context after context.
 */
export type Ops<T> = {
  weight(name: string): T;
  /** out[i] = table[ids[i]] */
  gather(table: T, ids: T): T;
  /** x · Wᵀ + b */
  linear(x: T, W: T, b?: T): T;
  add(x: T, y: T): T;
  /** gain · (x − mean) / √(variance + eps) + bias, over each row */
  layerNorm(x: T, gain: T, bias: T, eps: number): T;
  /** x · Φ(x), with the exact normal distribution function */
  gelu(x: T): T;
  /** [n, n_heads · (parts · d_head)] → `parts` of [contexts, n_heads, context_size, d_head] */
  splitHeads(x: T, parts: number): T[];
  /** Turns number i together with i + dim/2 by the angle position · base^(−2i/dim); leaves those from `dim` on. */
  rotate(x: T, dim: number, base: number): T;
  /** softmax(q · kᵀ / √d_head, each position seeing itself and those before it) · v, joined to [n, n_heads · d_head] */
  attend(q: T, k: T, v: T): T;
};

/** What an interpreter must know before the first operation. */
export type Sizes = { contexts: number; context_size: number; n_heads: number; d_head: number };

/** Called with each hook's activations; what it returns takes their place. */
export type Hook<T> = (name: string, x: T) => T;

/** cos and sin of each position's angles, [context_size, dim], rounded as float32 arithmetic rounds them. */
export function rotaryTables(context_size: number, dim: number, base: number) {
  const cos = new Float32Array(context_size * dim);
  const sin = new Float32Array(context_size * dim);
  for (let i = 0; i < dim; i++) {
    const exponent = Math.fround((2 * (i % (dim / 2))) / dim);
    const frequency = Math.fround(1 / Math.fround(base ** exponent));
    for (let position = 0; position < context_size; position++) {
      const angle = Math.fround(position * frequency);
      cos[position * dim + i] = Math.cos(angle);
      sin[position * dim + i] = Math.sin(angle);
    }
  }
  return { cos, sin };
}
