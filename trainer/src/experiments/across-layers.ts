import { z } from "zod";
import type { Sections } from "../bundle/index.ts";
import { pearson, ranks } from "../tensor/statistics.ts";

export const acrossLayersConfig = z.object({
  worst_fraction: z
    .number()
    .positive()
    .max(1)
    .default(0.01)
    .describe("share of the positions, the worst by CE-diff, whose overlap is counted"),
});

type Matrices = Pick<
  NonNullable<Sections["across_layers"]>,
  "spearman" | "pearson" | "overlap" | "worst_fraction"
>;

/** How the CE-diffs of dictionaries at the same positions agree: `ce_diffs[i][p]` is that of i at p. */
export function agreement(
  ce_diffs: Float32Array[],
  { worst_fraction }: z.output<typeof acrossLayersConfig>,
): Matrices {
  const ranked = ce_diffs.map(ranks);
  const worst = ranked.map((of) => worstOf(of, worst_fraction));
  return {
    spearman: pairs(ranked, pearson), // which Spearman's is, of ranks
    pearson: pairs(ce_diffs, pearson),
    worst_fraction,
    overlap: pairs(worst, (a, b) => {
      let both = 0;
      for (const position of a) if (b.has(position)) both++;
      return both / (a.size || 1);
    }),
  };
}

/** The positions of the largest values, of equal ones the first. */
function worstOf(values: Float64Array, fraction: number): Set<number> {
  const order = Uint32Array.from(values.keys()).sort((i, j) => values[j] - values[i] || i - j);
  return new Set(order.subarray(0, Math.ceil(fraction * values.length)));
}

/** A symmetric matrix of what each two have. */
function pairs<T, V>(things: T[], of: (a: T, b: T) => V): V[][] {
  const rows: V[][] = things.map(() => []);
  for (let i = 0; i < things.length; i++)
    for (let j = i; j < things.length; j++) {
      const value = of(things[i], things[j]);
      rows[i][j] = value;
      rows[j][i] = value;
    }
  return rows;
}
