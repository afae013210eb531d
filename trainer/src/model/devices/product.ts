import { maxRelativeDifference } from "../../tensor/compare.ts";
import { Random } from "../../tensor/random.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";

/** float32 stays within 1e-6 on these matrices; TensorFloat-32, with its 10 bits, is off by 3e-4. */
const TOLERANCE = 1e-5;

/**
 * Has x · Wᵀ computed, and throws unless it is float32's: so a driver that answers and does not compute, and
 * arithmetic of fewer bits, are found before a model is read.
 */
export async function checkProduct(
  product: (x: Tensor, W: Tensor) => Promise<Float32Array>,
): Promise<void> {
  const [x, W] = [matrix(256, 512, "x"), matrix(128, 512, "W")];
  const difference = maxRelativeDifference({ data: await product(x, W) }, exactProduct(x, W));
  if (!(difference <= TOLERANCE))
    throw new Error(
      `a product of two matrices is off by ${difference.toExponential(1)} of its largest number (expected at most ${TOLERANCE})`,
    );
}

/** x · Wᵀ, summed in float64 */
function exactProduct(x: Tensor, W: Tensor): Tensor {
  const [rows, k] = x.shape;
  const columns = W.shape[0];
  const out = zeros(rows, columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let c = 0; c < k; c++) sum += x.data[i * k + c] * W.data[j * k + c];
      out.data[i * columns + j] = sum;
    }
  return out;
}

function matrix(rows: number, columns: number, name: string): Tensor {
  const random = new Random(1, name);
  const data = Float32Array.from({ length: rows * columns }, () => 2 * random.next() - 1);
  return { shape: [rows, columns], data };
}
