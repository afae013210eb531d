import { BundleError } from "../bundle/index.ts";
import { rowNorms } from "../tensor/row-norms.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { StoredTensor } from "./foreign.ts";

/** How a TiedSAE centres what it reads: (R (x − t)) ⊙ s, with t `trans`, R `rot` and s `scale`. */
export type Centre = Record<"trans" | "rot" | "scale", StoredTensor>;

/** A centre that does not fit vectors of d numbers, or cannot be undone, is a BundleError. */
export function checkCentre(where: string, d: number, { trans, rot, scale }: Centre): void {
  const expected: [string, StoredTensor, number[]][] = [
    ["center_trans", trans, [d]],
    ["center_rot", rot, [d, d]],
    ["center_scale", scale, [d]],
  ];
  for (const [name, tensor, shape] of expected)
    if (tensor.shape.join() !== shape.join())
      throw new BundleError(
        `${where}: ${name}: found [${tensor.shape.join(", ")}], expected [${shape.join(", ")}]`,
      );
  if (scale.read().data.includes(0))
    throw new BundleError(`${where}: center_scale: found 0, expected numbers to divide by`);
}

/** A row of norm 0 stays. */
export function unitRows(tensor: Tensor): Tensor {
  const norms = rowNorms(tensor);
  const width = tensor.shape[1];
  const data = tensor.data.map(
    (value, at) => value / Math.max(norms[Math.floor(at / width)], 1e-8),
  );
  return { shape: tensor.shape, data };
}

/** (E ⊙ s) R: [n, d] */
export function turned(E: Tensor, R: Tensor, s: Float32Array): Tensor {
  const [n, d] = E.shape;
  const out = new Float32Array(n * d);
  const row = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    row.fill(0);
    for (let c = 0; c < d; c++) {
      const by = E.data[i * d + c] * s[c];
      for (let u = 0; u < d; u++) row[u] += by * R.data[c * d + u];
    }
    out.set(row, i * d);
  }
  return { shape: E.shape, data: out };
}

export function isIdentity({ shape: [n], data }: Tensor): boolean {
  return data.every((value, at) => value === (at % (n + 1) === 0 ? 1 : 0));
}
