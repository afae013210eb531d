import type { Report, Sections } from "../../bundle/index.ts";
import { embed } from "../../dashboard/embed.ts";
import { Random } from "../../tensor/random.ts";
import { auroc } from "../../tensor/statistics.ts";
import { nearestOf, selectVectors, type Vectors } from "./vectors.ts";

/** Datapoints, by their rows. */
export type MapInput = {
  vectors: Vectors;
  ce_diff: Float32Array;
  context: Int32Array;
  /** 1 where a datapoint is of the uniform sample */
  sampled: Uint8Array;
  neighbours: number;
  epochs: number;
  seed: number;
  threads: number;
};

export type Mapped = {
  /** [n, 2] */
  places: Float32Array;
  separation: NonNullable<Sections["umap"]>["separation"];
};

const SEPARATION_K = 15;
const BAD_FRACTION = 0.1;

/** Lays datapoints out in the plane, and asks whether the neighbours of a bad one are bad. */
export async function mapDatapoints(input: MapInput, report: Report): Promise<Mapped> {
  const { vectors, neighbours, epochs, seed, threads, ce_diff } = input;
  const total = ce_diff.length;
  const separation = await separate(input, report);
  // UMAP counts a datapoint as its own first neighbour
  const k = Math.min(neighbours, total) - 1;
  const near = await nearestOf(vectors, null, { k, threads }, (done) =>
    report({ stage: "neighbours", done, total, unit: "datapoints" }),
  );
  const placed = await embed(near, {
    seed,
    epochs,
    report: (done) => report({ stage: "umap", done, total: epochs, unit: "epochs" }),
  });
  return { places: Float32Array.from(placed.flat()), separation };
}

/** How well CE-diff is told from that of the k nearest in other contexts. */
async function separate(input: MapInput, report: Report): Promise<Mapped["separation"]> {
  const { vectors, ce_diff, threads } = input;
  const { held, known } = halves(input);
  const found = { k: SEPARATION_K, held_out: held.length, bad_fraction: BAD_FRACTION };
  if (known.length <= SEPARATION_K || held.length * BAD_FRACTION < 1)
    return { ...found, auroc: null };
  const near = await nearestOf(
    selectVectors(vectors, held),
    selectVectors(vectors, known),
    { k: SEPARATION_K, threads },
    (done) => report({ stage: "separation", done, total: held.length, unit: "datapoints" }),
  );
  const predicted = near.map(
    ({ rows }) => rows.reduce((sum, row) => sum + ce_diff[known[row]], 0) / rows.length,
  );
  const order = Int32Array.from(held.keys()).sort(
    (i, j) => ce_diff[held[j]] - ce_diff[held[i]] || i - j,
  );
  const isBad = new Uint8Array(held.length);
  for (const i of order.subarray(0, Math.ceil(BAD_FRACTION * held.length))) isBad[i] = 1;
  return { ...found, auroc: auroc(predicted, isBad) };
}

/** The sample's datapoints in a random half of the contexts, and those in the others. */
function halves({ context, sampled, seed }: MapInput): { held: Int32Array; known: Int32Array } {
  const random = new Random(seed, "umap separation");
  const order = random.shuffle(Int32Array.from(new Set(context)));
  const heldOut = new Set(order.subarray(0, Math.floor(order.length / 2)));
  const rows = Int32Array.from(context.keys()).filter((row) => sampled[row]);
  return {
    held: rows.filter((row) => heldOut.has(context[row])),
    known: rows.filter((row) => !heldOut.has(context[row])),
  };
}
