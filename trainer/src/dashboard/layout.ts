import { Random } from "../tensor/random.ts";
import { selectRows, type Tensor, zeros } from "../tensor/tensor.ts";
import { embed } from "./embed.ts";
import { type Neighbours, nearestRows } from "./nearest.ts";

/** So many rows are laid out by UMAP itself; a larger dictionary's others are placed between them. */
const MAX_LANDMARKS = 16_384;
const N_NEIGHBOURS = 15;
const N_EPOCHS = 200;
/** a row that is no landmark lies among this many */
const ANCHORS = 3;

export type LayoutOptions = {
  seed: number;
  threads: number;
  max_landmarks?: number;
  /** takes the share that is done; may throw to stop */
  report?: (share: number) => void;
};

/**
 * Places the rows of W_dec in the plane by UMAP (McInnes et al. 2018) of their cosine distances, with
 * exact nearest neighbours. Of more than 16,384 rows a seeded sample is laid out, and each other row is
 * put at the mean of its 3 nearest sampled ones, weighted by cosine. [d_sae, 2]
 */
export async function layOut(W_dec: Tensor, options: LayoutOptions): Promise<Tensor> {
  const { seed, threads, max_landmarks = MAX_LANDMARKS, report = () => {} } = options;
  const d_sae = W_dec.shape[0];
  if (d_sae <= 3) return zeros(d_sae, 2);
  const landmarks = sample(d_sae, Math.min(d_sae, max_landmarks), seed);
  const rows = selectRows(W_dec, landmarks);
  const k = Math.min(N_NEIGHBOURS, landmarks.length - 1) - 1;
  const still = () => report(0);
  const neighbours = await nearestRows(rows, rows, { k, threads, self: (row) => row }, still);
  const placed = await embed(neighbours, {
    seed,
    epochs: N_EPOCHS,
    report: (done) => report(done / N_EPOCHS),
  });

  const out = zeros(d_sae, 2);
  for (const [at, f] of landmarks.entries()) out.data.set(placed[at], 2 * f);
  const isLandmark = new Uint8Array(d_sae);
  for (const f of landmarks) isLandmark[f] = 1;
  const others = Int32Array.from(isLandmark.keys()).filter((f) => !isLandmark[f]);
  if (others.length === 0) return out;
  const anchors = await nearestRows(
    selectRows(W_dec, others),
    rows,
    { k: ANCHORS, threads, self: () => -1 },
    () => report(1),
  );
  for (const [at, f] of others.entries()) out.data.set(between(anchors[at], placed), 2 * f);
  return out;
}

/** A seeded sample of `size` of the numbers 0 … n − 1, ascending. */
function sample(n: number, size: number, seed: number): Int32Array {
  const order = new Random(seed, "umap landmarks").shuffle(
    Int32Array.from({ length: n }, (_, i) => i),
  );
  return order.slice(0, size).sort();
}

/** The mean of the anchors' places, weighted by their cosines. */
function between({ rows, cosines }: Neighbours, placed: number[][]): [number, number] {
  const weights = cosines.map((cosine) => Math.max(cosine, 1e-3));
  const total = weights.reduce((a, b) => a + b);
  const mean = (axis: number) =>
    rows.reduce((sum, row, i) => sum + (weights[i] / total) * placed[row][axis], 0);
  return [mean(0), mean(1)];
}
