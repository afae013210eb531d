import { rowNorms } from "../tensor/row-norms.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Largest } from "./largest.ts";
import { productBlocks } from "./products.ts";

/** Rows and cosines, nearest first. */
export type Neighbours = { rows: number[]; cosines: number[] };

/** For each row of `of` the k rows of `among` with the largest cosine; a row is not its own neighbour. */
export async function nearestRows(
  of: Tensor,
  among: Tensor,
  { k, threads, self }: { k: number; threads: number; self: (row: number) => number },
  report: (done: number) => void,
): Promise<Neighbours[]> {
  const largest = new Largest(Math.min(k, among.shape[0] - 1));
  const neighbours: Neighbours[] = [];
  for await (const { first, block } of productBlocks(unitRows(of), unitRows(among), threads)) {
    const [n, m] = block.shape;
    for (let i = 0; i < n; i++) {
      const row = block.data.subarray(i * m, (i + 1) * m);
      const { places, values } = largest.find(row, { skip: self(first + i) });
      neighbours.push({ rows: places, cosines: values });
    }
    report(neighbours.length);
  }
  return neighbours;
}

/** Every row scaled to length 1; a zero row stays. */
export function unitRows(x: Tensor): Tensor {
  const width = x.shape[1];
  const norms = rowNorms(x);
  return {
    shape: x.shape,
    data: x.data.map((value, at) => value / (norms[Math.floor(at / width)] || 1)),
  };
}
