import { UMAP } from "umap-js";
import { Random } from "../tensor/random.ts";
import type { Neighbours } from "./nearest.ts";

export type EmbedOptions = {
  seed: number;
  epochs: number;
  /** takes the epochs that are done; may throw to stop */
  report: (done: number) => void;
};

/**
 * Places things in the plane by UMAP (McInnes et al. 2018), given the nearest neighbours of each by
 * cosine, as many for each; two numbers for each thing.
 */
export async function embed(
  neighbours: Neighbours[],
  { seed, epochs, report }: EmbedOptions,
): Promise<number[][]> {
  const random = new Random(seed, "umap");
  const layout = new UMAP({
    nNeighbors: neighbours[0].rows.length + 1,
    nEpochs: epochs,
    random: () => random.next(),
  });
  // UMAP counts a row as its own first neighbour
  layout.setPrecomputedKNN(
    neighbours.map(({ rows }, row) => [row, ...rows]),
    neighbours.map(({ cosines }) => [0, ...cosines.map((cosine) => Math.max(0, 1 - cosine))]),
  );
  withFastGraph(layout);
  layout.initializeFit(neighbours.map((_, row) => [row]));
  for (let epoch = 0; epoch < epochs; epoch++) {
    layout.step();
    report(epoch + 1);
    if (epoch % 16 === 0) await new Promise(setImmediate);
  }
  return layout.getEmbedding();
}

type Entry = { row: number; col: number; value: number };

/** What umap-js 1.4.0 asks of its graph while it lays out. */
type Graph = {
  nRows: number;
  nCols: number;
  getValues(): number[];
  getAll(): Entry[];
  map(change: (value: number) => number): Graph;
};

type Internals = {
  smoothKNNDistance(distances: number[][], k: number, local: number): Record<string, number[]>;
  computeMembershipStrengths(
    indices: number[][],
    distances: number[][],
    sigmas: number[],
    rhos: number[],
  ): { cols: number[]; vals: number[] };
  fuzzySimplicialSet(X: number[][], k: number): Graph;
  makeSearchGraph(): null;
  knnIndices: number[][];
  knnDistances: number[][];
};

/**
 * umap-js holds its graph in maps keyed by text, for which 25,000 rows take most of the time and 100,000
 * too much memory. This is the same graph in the same order, so that the layout is the same to the bit; and
 * none is made for placing further rows later, which nobody asks for.
 */
function withFastGraph(layout: UMAP): void {
  const inside = layout as unknown as Internals;
  inside.makeSearchGraph = () => null;
  inside.fuzzySimplicialSet = (X, k) => {
    const { knnIndices: indices, knnDistances: distances } = inside;
    const { sigmas, rhos } = inside.smoothKNNDistance(distances, k, 1);
    const { vals } = inside.computeMembershipStrengths(indices, distances, sigmas, rhos);
    const strength = (row: number, col: number) => {
      const at = indices[row].indexOf(col);
      return at < 0 ? 0 : vals[row * k + at];
    };
    const rows: Entry[][] = X.map(() => []);
    for (const [row, cols] of indices.entries())
      for (const [at, col] of cols.entries()) {
        const [there, back] = [vals[row * k + at], strength(col, row)];
        const value = there + back - there * back;
        rows[row].push({ row, col, value });
        if (!indices[col].includes(row)) rows[col].push({ row: col, col: row, value });
      }
    return graphOf(
      X.length,
      rows.flatMap((entries) => entries.sort((a, b) => a.col - b.col)),
    );
  };
}

function graphOf(n: number, entries: Entry[]): Graph {
  return {
    nRows: n,
    nCols: n,
    getValues: () => entries.map(({ value }) => value),
    getAll: () => entries,
    map: (change) =>
      graphOf(
        n,
        entries.map((entry) => ({ ...entry, value: change(entry.value) })),
      ),
  };
}
