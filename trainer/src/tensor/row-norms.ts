import type { Tensor } from "./tensor.ts";

/** ‖row i‖ of a matrix [n, width]: [n] */
export function rowNorms({ shape: [n, width], data }: Tensor): Float32Array {
  const norms = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    let squares = 0;
    for (let at = i * width; at < (i + 1) * width; at++) squares += data[at] ** 2;
    norms[i] = Math.sqrt(squares);
  }
  return norms;
}
