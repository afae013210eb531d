import type { KeptHook } from "./kept-hook.ts";
import type { Recompute } from "./recompute.ts";
import { type ActivationSource, toBatch } from "./source.ts";

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
  const source: ActivationSource = {
    d_in: x.width,
    d_out: y?.width ?? null,
    dtype: x.dtype,
    rows: chunks.reduce((sum, { rows }) => sum + rows, 0),
    chunks: chunks.length,
    chunkRows: (i) => chunks[i].rows,
    chunk: (i, signal) => (i < kept || !recompute ? stored(i, signal) : recompute(i)),
    heldOut: async () => toBatch(source, { x: await x.heldOut(), y: (await y?.heldOut()) ?? null }),
  };
  return source;
}
