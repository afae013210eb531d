/**
 * The operations that a model's forward pass is written in. An interpreter gives them meaning:
 * `onnx/ops.ts` builds a graph for ONNX Runtime, `reference-ops.ts` computes at once in plain loops.
 * Activations are [n, width] with n = contexts · context_size, context after context; a "head tensor" is
 * [contexts, heads, context_size, width].
 */
export type Ops<T> = {
  weight(name: string): T;
  /** out[i] = table[ids[i]] */
  gather(table: T, ids: T): T;
  /** The rows of `table` by position: 0 … context_size − 1, once per context; [n, width] */
  positions(table: T): T;
  /** x · Wᵀ + b, W [out, in] */
  linear(x: T, W: T, b?: T): T;
  /** x · W + b, W [in, out] */
  project(x: T, W: T, b?: T): T;
  add(x: T, y: T): T;
  multiply(x: T, y: T): T;
  /** gain · x, over each row */
  scale(x: T, gain: T): T;
  /** gain · (x − mean) / √(variance + eps) + bias, over each row */
  layerNorm(x: T, gain: T, bias: T, eps: number): T;
  /** x / √(mean(x²) + eps), over each row */
  rmsNorm(x: T, eps: number): T;
  /** x · Φ(x), with the exact normal distribution function */
  gelu(x: T): T;
  /** x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))) */
  geluTanh(x: T): T;
  /** x / (1 + e⁻ˣ) */
  silu(x: T): T;
  /** [n, count · width] → head tensor */
  heads(x: T, count: number): T;
  /** The part of that number when the last dimension is cut into `parts` equal ones. */
  part(x: T, part: number, parts: number): T;
  /**
   * Turns numbers i and i + r of each head by the angle position · frequencies[i], for i < r = frequencies.length;
   * leaves those from 2r on.
   */
  rotate(x: T, frequencies: Float32Array): T;
  /**
   * softmax(q · kᵀ / √width, each position seeing itself and those before it) · v, joined to [n, heads · width].
   * k and v may have fewer heads: each then serves as many neighbouring heads of q.
   */
  attend(q: T, k: T, v: T): T;
};

/** The shape of a batch of tokens: `contexts` rows of `context_size`. */
export type Batch = { contexts: number; context_size: number };

/** What an interpreter must know before the first operation. */
export type Sizes = Batch & { n_heads: number; n_kv_heads: number; d_head: number };

/** Called with each hook's activations; what it returns takes their place. */
export type Hook<T> = (name: string, x: T) => T;

/** base^(−2i/dim) for i < dim/2, rounded as float32 arithmetic rounds them. */
export function rotaryFrequencies(dim: number, base: number): Float32Array {
  return Float32Array.from(
    { length: dim / 2 },
    (_, i) => 1 / Math.fround(base ** Math.fround((2 * i) / dim)),
  );
}

/** cos and sin of each position's angles, [context_size, frequencies]. */
export function rotaryTables(context_size: number, frequencies: Float32Array) {
  const cos = new Float32Array(context_size * frequencies.length);
  const sin = new Float32Array(cos.length);
  for (let position = 0, at = 0; position < context_size; position++)
    for (const frequency of frequencies) {
      const angle = Math.fround(position * frequency);
      cos[at] = Math.cos(angle);
      sin[at++] = Math.sin(angle);
    }
  return { cos, sin };
}
