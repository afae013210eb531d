import { OnnxGraph } from "../model/onnx/graph.ts";
import type { Built } from "../model/onnx/graphs.ts";
import { Sessions } from "../model/onnx/sessions.ts";
import { rows, type Tensor } from "../tensor/tensor.ts";

/** A block of a product holds at most so many numbers (16 MiB). */
const BLOCK_NUMBERS = 1 << 22;

/** A · Bᵀ [n, m] from A [n, k] and B [m, k], block of rows by block of rows. */
export async function* productBlocks(
  A: Tensor,
  B: Tensor,
  threads: number,
): AsyncGenerator<{ first: number; block: Tensor }> {
  const [n, k] = A.shape;
  const m = B.shape[0];
  const size = Math.min(n, Math.max(1, Math.floor(BLOCK_NUMBERS / m)));
  const sessions = new Sessions(threads, "cpu");
  try {
    for (let first = 0; first < n; first += size) {
      const inputs = { A: rows(A, first, Math.min(first + size, n)), B };
      const count = inputs.A.shape[0];
      const { product } = await sessions.run(
        `${count}`,
        () => productGraph(count, k, m),
        (name) => inputs[name as keyof typeof inputs],
      );
      yield { first, block: { shape: [count, m], data: product } };
    }
  } finally {
    await sessions.dispose();
  }
}

function productGraph(n: number, k: number, m: number): Built {
  const graph = new OnnxGraph();
  const inputs = [graph.input("A", [n, k]), graph.input("B", [m, k])];
  const product = graph.node("Gemm", inputs, { transB: 1 });
  const outputs: Built["outputs"] = [["product", product]];
  // with fewer than 80 columns to a thread the last bits would depend on the number of threads
  return { graph, outputs, most_threads: Math.max(1, Math.floor(m / 80)) };
}
