import type { Tensor } from "../../tensor/tensor.ts";
import { OnnxGraph } from "../onnx/graph.ts";
import type { Provider } from "../onnx/provider.ts";
import { Sessions } from "../onnx/sessions.ts";
import { checkProduct } from "./product.ts";

/** Has a provider of ONNX Runtime compute a product. Its sessions refuse to fall back to the processor. */
export async function checkProvider(provider: Provider): Promise<void> {
  const sessions = new Sessions(1, provider);
  try {
    await checkProduct(async (x, W) => {
      const inputs: Record<string, Tensor> = { x, W };
      const { y } = await sessions.run(
        "product",
        () => {
          const graph = new OnnxGraph();
          const [left, right] = ["x", "W"].map((name) => graph.input(name, inputs[name].shape));
          const y = graph.node("Gemm", [left, right], { transB: 1 });
          return { graph, outputs: [["y", y]] };
        },
        (name) => inputs[name],
      );
      return y;
    });
  } finally {
    await sessions.dispose();
  }
}
