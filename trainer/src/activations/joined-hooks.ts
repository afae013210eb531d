import type { Tensor } from "../tensor/tensor.ts";
import { computeChunk } from "./compute.ts";
import { fromBytes } from "./dtype.ts";
import type { KeptHook } from "./kept-hook.ts";
import type { Origin, Plan } from "./plan.ts";
import type { ActivationSource, ChunkRows } from "./source.ts";

/** What computes again the chunks that are not kept; null where all are. */
export type Recompute = ((i: number) => Promise<ChunkRows>) | null;

/** x at one hook and, for a transcoder, y at another, row for row. */
export function joinedHooks(
  chunks: { rows: number }[],
  x: KeptHook,
  y: KeptHook | null,
  recompute: Recompute,
): ActivationSource {
  const kept = Math.min(x.kept, y?.kept ?? x.kept);
  const stored = async (i: number, signal?: AbortSignal) => {
    const [xRows, yRows = null] = await Promise.all([x.chunk(i, signal), y?.chunk(i, signal)]);
    return { x: xRows, y: yRows };
  };
  return {
    d_in: x.width,
    d_out: y?.width ?? null,
    rows: chunks.reduce((sum, { rows }) => sum + rows, 0),
    chunks: chunks.length,
    chunkRows: (i) => chunks[i].rows,
    chunk: (i, signal) => (i < kept || !recompute ? stored(i, signal) : recompute(i)),
    heldOut: async () => ({
      x: toTensor(await x.heldOut(), x.width),
      y: y && toTensor(await y.heldOut(), y.width),
    }),
  };
}

/** The rows that a harvest at the plan's hooks, x's and y's, would keep. */
export function recomputing(plan: Plan, names: HookPair, origin: Origin): NonNullable<Recompute> {
  const asked = [names.hook_name, names.hook_name_out].filter((name) => name !== null);
  const hooks = plan.hooks.filter(({ hook_name }) => asked.includes(hook_name));
  return async (i) => {
    const bytes = await computeChunk({ ...plan, hooks }, plan.chunks[i], origin);
    const at = (name: string) =>
      fromBytes(bytes[hooks.findIndex(({ hook_name }) => hook_name === name)], plan.dtype);
    return {
      x: at(names.hook_name),
      y: names.hook_name_out === null ? null : at(names.hook_name_out),
    };
  };
}

export type HookPair = { hook_name: string; hook_name_out: string | null };

function toTensor(data: Float32Array, width: number): Tensor {
  return { shape: [data.length / width, width], data };
}
