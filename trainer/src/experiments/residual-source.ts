import { fromBytes, toBytes } from "../activations/dtype.ts";
import type { ActivationSource, Batch } from "../activations/source.ts";
import type { Encoder } from "../sae/encoder.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * As many chunks of a source as hold `rows` rows, from the `first` on and after the last from the
 * beginning again, as a source of their own; `next` is the chunk after them.
 */
export function windowOf(
  source: ActivationSource,
  first: number,
  rows: number,
): { window: ActivationSource; next: number } {
  const chunks: number[] = [];
  let inside = 0;
  while (inside < rows && chunks.length < source.chunks) {
    const chunk = (first + chunks.length) % source.chunks;
    chunks.push(chunk);
    inside += source.chunkRows(chunk);
  }
  const window: ActivationSource = {
    ...source,
    rows: inside,
    chunks: chunks.length,
    chunkRows: (i) => source.chunkRows(chunks[i]),
    chunk: (i, signal) => source.chunk(chunks[i], signal),
  };
  return { window, next: (first + chunks.length) % source.chunks };
}

/** x with what a dictionary leaves of it, y = x − x̂, rounded as the source's rows are. */
export function residualSource(source: ActivationSource, encoder: Encoder): ActivationSource {
  const { d_in, dtype } = source;
  return {
    ...source,
    d_out: d_in,
    async chunk(i, signal) {
      const { x } = await source.chunk(i, signal);
      const data = fromBytes(x, dtype);
      const y = residual({ shape: [data.length / d_in, d_in], data }, encoder);
      return { x, y: toBytes(y.data, dtype) };
    },
    async heldOut(): Promise<Batch> {
      const { x } = await source.heldOut();
      return { x, y: residual(x, encoder) };
    },
  };
}

function residual(x: Tensor, encoder: Encoder): Tensor {
  const y = encoder.decode(encoder.encode(x), x);
  for (let at = 0; at < y.data.length; at++) y.data[at] = x.data[at] - y.data[at];
  return y;
}
