import type { Reading } from "../bundle/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Foreign, StoredTensor } from "./foreign.ts";

/** Without a threshold that the reading's rule does not use: files of topk dictionaries may hold one beside their k. */
export function used(foreign: Foreign, { architecture }: Pick<Reading, "architecture">): Foreign {
  const { threshold, ...weights } = foreign.weights;
  return threshold && architecture !== "jumprelu" ? { ...foreign, weights } : foreign;
}

/** The same, with each weight read from the disk once and then kept; whoever reads one leaves it as it is. */
export function remembered(foreign: Foreign): Foreign {
  const weights = Object.entries(foreign.weights).map(([name, stored]) => [name, once(stored)]);
  return { ...foreign, weights: Object.fromEntries(weights) };
}

function once(stored: StoredTensor): StoredTensor {
  let tensor: Tensor | undefined;
  return { ...stored, read: () => (tensor ??= stored.read()) };
}
