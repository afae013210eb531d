import { readSafetensors } from "../tensor/safetensors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { Largest } from "./largest.ts";
import { unitRows } from "./nearest.ts";
import { productBlocks } from "./products.ts";

/** For each feature of either side the other side's nearest, and for each of a's its partner or −1. */
export type DecoderMatch = {
  nearest_of_a: Int32Array;
  cosine_of_a: Float32Array;
  nearest_of_b: Int32Array;
  cosine_of_b: Float32Array;
  partner_of_a: Int32Array;
  partner_cosine: Float32Array;
};

/** Of each feature, its so many nearest may become its partner. */
export const candidates = 8;

type Options = { threads: number; report: (done: number) => void; signal: AbortSignal };

/** Decoder rows, one for each feature, out of a sae_weights.safetensors. */
export function readDecoder(path: string): Tensor {
  const file = readSafetensors(path);
  try {
    return file.tensor("W_dec");
  } finally {
    file.close();
  }
}

/**
 * Compares the rows of two decoders by their cosine, and pairs them one to one: of all pairs in which one is
 * among the eight nearest of the other, that with the largest cosine first, then the largest of those whose
 * features are both left, and so on; of equals the smaller indices come first.
 */
export async function matchDecoders(
  a: Tensor,
  b: Tensor,
  { threads, report, signal }: Options,
): Promise<DecoderMatch> {
  const [n, m] = [a.shape[0], b.shape[0]];
  const k = Math.min(candidates, n, m);
  const ofA = new Nearest(n, k);
  const ofB = new Nearest(m, k);
  const largest = new Largest(k);
  for await (const { first, block } of productBlocks(unitRows(a), unitRows(b), threads)) {
    signal.throwIfAborted();
    for (let i = 0; i < block.shape[0]; i++) {
      const row = block.data.subarray(i * m, (i + 1) * m);
      const { places, values } = largest.find(row);
      for (let at = 0; at < places.length; at++) ofA.offer(first + i, places[at], values[at]);
      for (let j = 0; j < m; j++) ofB.offer(j, first + i, row[j]);
    }
    report(first + block.shape[0]);
  }
  return {
    nearest_of_a: ofA.first(),
    cosine_of_a: ofA.firstCosines(),
    nearest_of_b: ofB.first(),
    cosine_of_b: ofB.firstCosines(),
    ...pair(ofA, ofB, n, m),
  };
}

function pair(ofA: Nearest, ofB: Nearest, n: number, m: number) {
  const pairs: { i: number; j: number; cosine: number }[] = [];
  ofA.each((i, j, cosine) => pairs.push({ i, j, cosine }));
  ofB.each((j, i, cosine) => pairs.push({ i, j, cosine }));
  pairs.sort((x, y) => y.cosine - x.cosine || x.i - y.i || x.j - y.j);
  const partner_of_a = new Int32Array(n).fill(-1);
  const partner_cosine = new Float32Array(n);
  const isTaken = new Uint8Array(m);
  for (const { i, j, cosine } of pairs) {
    if (partner_of_a[i] >= 0 || isTaken[j]) continue;
    partner_of_a[i] = j;
    partner_cosine[i] = cosine;
    isTaken[j] = 1;
  }
  return { partner_of_a, partner_cosine };
}

/** The k nearest that were offered to each of n features, nearest first; of equals the first offered. */
class Nearest {
  #k: number;
  #places: Int32Array;
  #cosines: Float32Array;

  constructor(n: number, k: number) {
    this.#k = k;
    this.#places = new Int32Array(n * k).fill(-1);
    this.#cosines = new Float32Array(n * k).fill(Number.NEGATIVE_INFINITY);
  }

  offer(feature: number, place: number, cosine: number): void {
    const start = feature * this.#k;
    let at = start + this.#k - 1;
    if (cosine <= this.#cosines[at]) return;
    for (; at > start && this.#cosines[at - 1] < cosine; at--) {
      this.#cosines[at] = this.#cosines[at - 1];
      this.#places[at] = this.#places[at - 1];
    }
    this.#cosines[at] = cosine;
    this.#places[at] = place;
  }

  first(): Int32Array {
    return this.#places.filter((_, at) => at % this.#k === 0);
  }

  firstCosines(): Float32Array {
    return this.#cosines.filter((_, at) => at % this.#k === 0);
  }

  each(visit: (feature: number, place: number, cosine: number) => void): void {
    for (let at = 0; at < this.#places.length; at++)
      if (this.#places[at] >= 0)
        visit(Math.floor(at / this.#k), this.#places[at], this.#cosines[at]);
  }
}
