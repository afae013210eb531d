import type { Tensor } from "../tensor/tensor.ts";

/** x with its counted rows replaced by those of `rows`, or by zeros; elsewhere x stays. */
export function splicedRows(x: Tensor, mask: Uint8Array, rows: Tensor | null): Tensor {
  const d_in = x.shape[1];
  const out = { shape: [...x.shape], data: x.data.slice() };
  let from = 0;
  for (let i = 0; i < mask.length; i++) {
    if (!mask[i]) continue;
    const into = out.data.subarray(i * d_in, (i + 1) * d_in);
    if (rows) into.set(rows.data.subarray(from, from + d_in));
    else into.fill(0);
    from += d_in;
  }
  return out;
}
