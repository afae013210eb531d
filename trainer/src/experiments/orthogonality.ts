import { z } from "zod";
import type { Evaluation, Sections } from "../bundle/index.ts";
import { unitRows } from "../dashboard/nearest.ts";
import { productBlocks } from "../dashboard/products.ts";
import { saeConfig } from "../sae/config.ts";
import type { Tensor } from "../tensor/tensor.ts";

const { orthogonality, orthogonality_chunk } = saeConfig.shape;

export const orthogonalityConfig = z.object({
  orthogonality_coefficient: z
    .number()
    .positive()
    .default(3)
    .describe("weight of the penalty on |cos| between decoder rows, a mean over features"),
  orthogonality,
  orthogonality_chunk,
});

type Section = NonNullable<Sections["orthogonality"]>;
type Figures = Section["with"];

const BINS = 50;
/** Cosines from which on features are counted as alike. */
const NEAR = [0.5, 0.7, 0.9];
/** How far L0 and FVU may differ and be equal, of themselves. */
const EQUAL = { l0: 0.01, fvu: 0.02 };

/** [rows] of each row of W the largest |cos| with another. */
export async function nearestCosines(W: Tensor, threads: number): Promise<Float32Array> {
  const nearest = new Float32Array(W.shape[0]);
  const units = unitRows(W);
  for await (const { first, block } of productBlocks(units, units, threads)) {
    const [n, m] = block.shape;
    for (let i = 0; i < n; i++) {
      let most = 0;
      for (let j = 0; j < m; j++)
        if (j !== first + i) most = Math.max(most, Math.abs(block.data[i * m + j]));
      nearest[first + i] = Math.min(1, most); // equal rows may round above it
    }
  }
  return nearest;
}

/** What is compared of a dictionary. */
export function orthogonalityFigures(
  { metrics }: Pick<Evaluation, "metrics">,
  nearest: Float32Array,
): Figures {
  const counts = new Array<number>(BINS).fill(0);
  let sum = 0;
  for (const cosine of nearest) {
    counts[Math.min(BINS - 1, Math.floor(cosine * BINS))]++;
    sum += cosine;
  }
  return {
    l0: metrics.l0.value,
    fvu: metrics.fvu.value,
    ce_loss_recovered: metrics.ce_loss_recovered.value,
    dead_fraction: metrics.dead_fraction.value,
    mean_nearest: sum / nearest.length,
    nearer: NEAR.map((than) => ({
      than,
      features: nearest.filter((cosine) => cosine > than).length / nearest.length,
    })),
    counts,
  };
}

/** Which of two reconstructs better at equal L0; null where that cannot be said. */
export function betterOf({ without, with: apart }: Pick<Section, "without" | "with">) {
  const relative = (name: "l0" | "fvu") => apart[name] / without[name] - 1;
  const [l0, fvu] = [relative("l0"), relative("fvu")];
  const lower = fvu < 0 ? "with" : "without";
  if (Math.abs(l0) <= EQUAL.l0) return Math.abs(fvu) <= EQUAL.fvu ? "neither" : lower;
  return l0 < 0 === fvu < 0 ? lower : null;
}
