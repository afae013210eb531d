import type { Interpreter } from "../eager-engine.ts";
import { rotaryTables, type Sizes } from "../ops.ts";
import { type Addon, functions, type HeadArguments, type Machine, norms } from "./addon.ts";
import { foreign, type Memory, type Shared } from "./memory.ts";
import type { NativeWeights } from "./weights.ts";

/** A weight by its name, or activations. */
export type NativeTensor = { weight: string } | Activations;

/**
 * [n, width], or with `heads` a head tensor that lies as it was multiplied: each head's numbers `width` apart within a
 * row. Parts and heads are views, and a rotation is only noted: `attend` reads them where they are.
 */
type Activations = {
  shared: Shared;
  width: number;
  offset: number;
  row_step: number;
  heads?: { count: number; step: number; cos: Float32Array | null; sin: Float32Array | null };
};

export type NativeOptions = {
  addon: Addon;
  machine: Machine;
  weights: NativeWeights;
  memory: Memory;
};

/** Computes the forward pass at once, with the kernels in trainer/native. */
export function nativeOps(
  { addon, machine, weights, memory }: NativeOptions,
  { contexts, context_size, d_head }: Sizes,
): Interpreter<NativeTensor> {
  const n = contexts * context_size;
  const tables = new Map<Float32Array, ReturnType<typeof rotaryTables>>();

  function made(width: number, fill: (out: Float32Array) => void): Activations {
    const shared = memory.take(n * width);
    fill(shared.data);
    return whole(shared, width);
  }
  function view(x: Activations, changes: Partial<Activations>): Activations {
    x.shared.users++;
    return { ...x, ...changes };
  }
  const map =
    (name: keyof typeof functions) =>
    (x: NativeTensor, y?: NativeTensor): NativeTensor =>
      made(activations(x).width, (out) =>
        addon.map(machine, functions[name], out, numbers(x), y ? numbers(y) : null),
      );
  const norm = (
    name: keyof typeof norms,
    x: NativeTensor,
    gain: NativeTensor | null,
    bias: NativeTensor | null,
    eps: number,
  ): NativeTensor => {
    const { width } = activations(x);
    const [g, b] = [gain, bias].map((weight) => weight && plain(weight));
    return made(width, (out) =>
      addon.rows(machine, norms[name], out, numbers(x), width, g, b, eps),
    );
  };
  const product = (isTransposed: boolean) => (x: NativeTensor, W: NativeTensor, b?: NativeTensor) =>
    made(weights.shape(nameOf(W))[isTransposed ? 0 : 1], (out) => {
      const weight = weights.packed(nameOf(W), isTransposed);
      addon.product(machine, out, numbers(x), weight, b ? plain(b) : null);
    });
  const plain = (weight: NativeTensor) => weights.plain(nameOf(weight));

  return {
    weight: (name) => ({ weight: name }),
    ids: (tokens) => whole(foreign(Float32Array.from(tokens)), 1),
    activations: (data) => whole(foreign(data), data.length / n),
    read: async (x) => numbers(x), // good until the next call: `inPieces` has copied it by then
    release: (x) => memory.release(activations(x).shared),

    gather(table, ids) {
      const [, width] = weights.shape(nameOf(table));
      const rows = plain(table);
      return made(width, (out) =>
        numbers(ids).forEach((id, i) => {
          out.set(rows.subarray(id * width, (id + 1) * width), i * width);
        }),
      );
    },
    positions(table) {
      const [, width] = weights.shape(nameOf(table));
      const rows = plain(table).subarray(0, context_size * width);
      return made(width, (out) => {
        for (let at = 0; at < out.length; at += rows.length) out.set(rows, at);
      });
    },

    linear: product(true),
    project: product(false),
    add: map("add"),
    multiply: map("multiply"),
    gelu: map("gelu"),
    geluTanh: map("geluTanh"),
    silu: map("silu"),
    scale: (x, gain) => norm("scale", x, gain, null, 0),
    layerNorm: (x, gain, bias, eps) => norm("layerNorm", x, gain, bias, eps),
    rmsNorm: (x, eps) => norm("rmsNorm", x, null, null, eps),

    heads(x, count) {
      const rows = activations(x);
      const width = rows.width / count;
      return view(rows, { width, heads: { count, step: width, cos: null, sin: null } });
    },
    part(x, part, parts) {
      const rows = activations(x);
      const width = rows.width / parts;
      return view(rows, { width, offset: rows.offset + part * width });
    },
    rotate(x, frequencies) {
      const rows = activations(x);
      const { cos, sin } = tables.get(frequencies) ?? rotaryTables(context_size, frequencies);
      tables.set(frequencies, { cos, sin });
      return view(rows, { heads: rows.heads && { ...rows.heads, cos, sin } });
    },
    attend(q, k, v) {
      const query = headArguments(q);
      return made(query[2] * d_head, (out) => {
        const others = [...headArguments(k), ...headArguments(v)] as const;
        addon.attend(machine, out, contexts, context_size, d_head, ...query, ...others);
      });
    },

    async nextTokenLoss(normalized, W_U, targets) {
      const ce = new Float32Array(targets.length);
      const weight = weights.packed(nameOf(W_U), true);
      const x = numbers(normalized);
      addon.losses(machine, x, null, weight, targets, context_size, ce, null, null);
      return ce;
    },
    async compareLosses(normalized, normalizedHat, W_U, targets) {
      const [ce_x, ce_xHat, kl] = [0, 1, 2].map(() => new Float32Array(targets.length));
      const weight = weights.packed(nameOf(W_U), true);
      const [x, xHat] = [numbers(normalized), numbers(normalizedHat)];
      addon.losses(machine, x, xHat, weight, targets, context_size, ce_x, ce_xHat, kl);
      return { ce_x, ce_xHat, kl };
    },
  };
}

function whole(shared: Shared, width: number): Activations {
  return { shared, width, offset: 0, row_step: width };
}

function activations(x: NativeTensor): Activations {
  if ("weight" in x) throw new Error(`${x.weight} is a weight (expected activations)`);
  return x;
}

function nameOf(x: NativeTensor): string {
  if (!("weight" in x)) throw new Error("these are activations (expected a weight)");
  return x.weight;
}

/** All numbers of [n, width]. */
function numbers(x: NativeTensor): Float32Array {
  const { shared, width, row_step, heads } = activations(x);
  if (heads || width !== row_step) throw new Error("a view can only be attended to");
  return shared.data;
}

function headArguments(x: NativeTensor): HeadArguments {
  const { shared, offset, row_step, heads } = activations(x);
  if (!heads) throw new Error("these are rows (expected heads)");
  return [shared.data, offset, heads.count, row_step, heads.step, heads.cos, heads.sin];
}
