import { toBytes } from "../activations/dtype.ts";
import type { ActivationSource } from "../activations/source.ts";
import { randomTensor } from "../sae/random-sae.ts";
import { Random } from "../tensor/random.ts";
import { rows, type Tensor, zeros } from "../tensor/tensor.ts";
import { normalizeRows } from "./reference-step.ts";

/** Activations whose features are known. */
export type Planted = {
  /** [n_features, d_in], rows of norm 1 */
  directions: Tensor;
  /** features that are on together: the two of each pair; none unless `composed` */
  pairs: [number, number][];
  /** x[n, d_in]: each feature that is on adds its direction at a strength from 1 to 2 */
  rows(random: Random, n: number): Tensor;
  /** expected number of features that are on */
  active: number;
};

type Sizes = { d_in: number; n_features: number };

/** Features that are on independently, each with the same chance, `active` of them on average. */
export function plantDictionary(
  seed: number,
  { active, ...sizes }: Sizes & { active: number },
): Planted {
  const chance = active / sizes.n_features;
  const isOn = (random: Random) => () => random.next() < chance;
  return planted(seed, sizes, { pairs: [], active, isOn });
}

/**
 * Features in groups that tend to be on together: with a chance of √correlation a feature does as its
 * group does, else as it would alone. So each is on as often as if they were independent, and indicators
 * of two of a group have that correlation.
 */
export function plantCorrelated(
  seed: number,
  {
    active,
    correlation,
    group_size,
    ...sizes
  }: Sizes & { active: number; correlation: number; group_size: number },
): Planted {
  const chance = active / sizes.n_features;
  const follows = Math.sqrt(correlation);
  const isOn = (random: Random) => {
    let group = false;
    return (f: number) => {
      if (f % group_size === 0) group = random.next() < chance;
      return random.next() < follows ? group : random.next() < chance;
    };
  };
  return planted(seed, sizes, { pairs: [], active, isOn });
}

/** Pairs A, B (features 2i and 2i + 1) of which A alone, B alone, or both are on, at these frequencies. */
export function plantComposed(
  seed: number,
  {
    frequency_a,
    frequency_b,
    frequency_ab,
    ...sizes
  }: Sizes & { frequency_a: number; frequency_b: number; frequency_ab: number },
): Planted {
  const pairs = Array.from(
    { length: Math.floor(sizes.n_features / 2) },
    (_, i): [number, number] => [2 * i, 2 * i + 1],
  );
  const isOn = (random: Random) => {
    let which = 1;
    return (f: number) => {
      if (f % 2 === 0) which = random.next();
      if (which < frequency_ab) return true;
      const isA = which < frequency_ab + frequency_a;
      return f % 2 === 0 ? isA : !isA && which < frequency_ab + frequency_a + frequency_b;
    };
  };
  const active = pairs.length * (2 * frequency_ab + frequency_a + frequency_b);
  return planted(seed, sizes, { pairs, active, isOn });
}

/** `isOn` is asked for each row anew, and of that row for each feature in order. */
type Rule = Pick<Planted, "pairs" | "active"> & {
  isOn(random: Random): (feature: number) => boolean;
};

function planted(seed: number, { d_in, n_features }: Sizes, { isOn, ...about }: Rule): Planted {
  const directions = plantDirections(seed, d_in, n_features);
  return {
    ...about,
    directions,
    rows(random, n) {
      const x = zeros(n, d_in);
      for (let i = 0; i < n; i++) {
        const on = isOn(random);
        for (let f = 0; f < n_features; f++) {
          if (!on(f)) continue;
          const strength = 1 + random.next();
          for (let j = 0; j < d_in; j++)
            x.data[i * d_in + j] += strength * directions.data[f * d_in + j];
        }
      }
      return x;
    },
  };
}

/** Random directions; in the plane, where those would crowd, at equal angles that leave room for their opposites. */
function plantDirections(seed: number, d_in: number, n_features: number): Tensor {
  const random = new Random(seed, "planted");
  const directions = randomTensor(random, 1, n_features, d_in);
  if (d_in === 2) {
    const turn = 2 * Math.PI * random.next();
    const step =
      n_features % 2 === 0 ? (2 * Math.PI) / (n_features + 1) : (2 * Math.PI) / n_features;
    for (let f = 0; f < n_features; f++)
      directions.data.set([Math.cos(turn + f * step), Math.sin(turn + f * step)], 2 * f);
  }
  normalizeRows(directions);
  return directions;
}

/** The rows of a planted dictionary as a source of activations; a chunk is made whenever it is asked for. */
export function plantedSource(
  { directions, rows: make }: Planted,
  seed: number,
  { n, chunk_rows, held_out }: { n: number; chunk_rows: number; held_out: number },
): ActivationSource {
  const chunkRows = (i: number) => Math.min(chunk_rows, n - i * chunk_rows);
  return {
    d_in: directions.shape[1],
    d_out: null,
    dtype: "float32",
    rows: n,
    chunks: Math.ceil(n / chunk_rows),
    chunkRows,
    chunk: async (i) => {
      const x = make(new Random(seed, "planted rows", i), chunkRows(i));
      return { x: toBytes(x.data, "float32"), y: null };
    },
    heldOut: async () => ({ x: make(new Random(seed, "planted held out"), held_out), y: null }),
  };
}

/** Rows in memory as a source of activations. */
export function memorySource(x: Tensor, chunk_rows: number): ActivationSource {
  const [n, d_in] = x.shape;
  const chunkRows = (i: number) => Math.min(chunk_rows, n - i * chunk_rows);
  return {
    d_in,
    d_out: null,
    dtype: "float32",
    rows: n,
    chunks: Math.ceil(n / chunk_rows),
    chunkRows,
    chunk: async (i) => ({
      x: toBytes(rows(x, i * chunk_rows, i * chunk_rows + chunkRows(i)).data, "float32"),
      y: null,
    }),
    heldOut: async () => ({ x: rows(x, 0, Math.min(n, 1000)), y: null }),
  };
}
