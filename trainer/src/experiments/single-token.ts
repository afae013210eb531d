import { z } from "zod";
import type { Sections } from "../bundle/index.ts";
import type { SparseActs } from "../sae/sparse-acts.ts";

export const singleTokenConfig = z.object({
  scan_tokens: z.int().positive().default(200_000).describe("tokens to look at"),
  n_min: z
    .int()
    .positive()
    .default(10)
    .describe("leave out features that are active on fewer of them"),
});

type Dictionary = NonNullable<Sections["single_token"]>["dictionaries"][number];
type OnType = { count: number; mass: number };

/** On which token types each feature fires, how often and how strongly: sums over every row added. */
export class TokenTypes {
  tokens = 0;
  #active = 0;
  /** per feature: token type → what it is active on */
  #types: Map<number, OnType>[];

  constructor(d_sae: number) {
    this.#types = Array.from({ length: d_sae }, () => new Map());
  }

  /** `types`: the token id of each row [n] */
  add({ n, offsets, features, values }: SparseActs, types: Int32Array): void {
    for (let i = 0; i < n; i++)
      for (let o = offsets[i]; o < offsets[i + 1]; o++) {
        const onType = this.#types[features[o]];
        const found = onType.get(types[i]);
        if (!found) onType.set(types[i], { count: 1, mass: values[o] });
        else {
          found.count++;
          found.mass += values[o];
        }
      }
    this.tokens += n;
    this.#active += features.length;
  }

  /** Shares of the features that are active at least `n_min` times. */
  shares(
    n_min: number,
  ): Pick<Dictionary, "l0" | "alive" | "counted" | "one_type" | "mass_90" | "mass_50"> {
    const features = this.#types.filter((onType) => onType.size > 0).map(describe);
    const counted = features.filter(({ count }) => count >= n_min);
    const share = (is: (feature: ReturnType<typeof describe>) => boolean) =>
      counted.length === 0 ? 0 : counted.filter(is).length / counted.length;
    return {
      l0: this.#active / this.tokens,
      alive: features.length,
      counted: counted.length,
      one_type: share(({ types }) => types === 1),
      mass_90: share(({ largest }) => largest >= 0.9),
      mass_50: share(({ largest }) => largest >= 0.5),
    };
  }
}

function describe(onType: Map<number, OnType>) {
  let [count, mass, largest] = [0, 0, 0];
  for (const found of onType.values()) {
    count += found.count;
    mass += found.mass;
    largest = Math.max(largest, found.mass);
  }
  return { types: onType.size, count, largest: largest / mass };
}
