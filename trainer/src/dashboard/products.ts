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
      const block = rows(A, first, Math.min(first + size, n));
      const { product } = await sessions.run(
        "product",
        () => productGraph(k, B),
        () => block,
      );
      yield { first, block: { shape: [block.shape[0], m], data: product } };
    }
  } finally {
    await sessions.dispose();
  }
}

/** The runtime packs B once, for all blocks. */
function productGraph(k: number, B: Tensor): Built {
  const graph = new OnnxGraph();
  const inputs = [graph.input("A", ["n", k]), graph.given("B", B)];
  return { graph, outputs: [["product", graph.node("Gemm", inputs, { transB: 1 })]] };
}
