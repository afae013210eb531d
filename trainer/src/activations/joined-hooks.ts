import type { Tensor } from "../tensor/tensor.ts";
import type { KeptHook } from "./kept-hook.ts";
import type { Recompute } from "./recompute.ts";
import type { ActivationSource } from "./source.ts";

/** x at one hook and, for a transcoder, y at another, row for row; `recompute` gives what is not kept of either. */
export function joinedHooks(
  chunks: { rows: number }[],
  x: KeptHook,
  y: KeptHook | null,
  recompute: Recompute | null,
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

function toTensor(data: Float32Array, width: number): Tensor {
  return { shape: [data.length / width, width], data };
}
