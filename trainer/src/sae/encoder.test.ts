import { expect, test } from "vitest";
import { Random } from "../tensor/random.ts";
import type { SaeConfig } from "./config.ts";
import { createEncoder } from "./encoder.ts";
import { randomSae, randomTensor } from "./random-sae.ts";
import { decode, encode } from "./sae.ts";
import { toDense, toSparse } from "./sparse-acts.ts";

const shapes: SaeConfig[] = [
  { architecture: "standard", d_in: 32, d_sae: 128, k: null },
  { architecture: "topk", d_in: 32, d_sae: 128, k: 5 },
  // nothing divisible by a vector, a panel or a tile
  { architecture: "standard", d_in: 19, d_sae: 203, k: null },
  { architecture: "topk", d_in: 19, d_sae: 203, k: 7 },
  // more than all of them
  { architecture: "topk", d_in: 5, d_sae: 11, k: 11 },
  { architecture: "topk", d_in: 1, d_sae: 1, k: 1 },
];

const name = ({ architecture, d_in, d_sae, k }: SaeConfig) =>
  `${architecture} ${d_in}x${d_sae} k=${k}`;

test.each(shapes.map((config) => [name(config), config] as const))(
  "agrees with the reference: %s",
  async (_, config) => {
    const sae = randomSae(new Random(0, "sae"), config);
    const x = randomTensor(new Random(0, "x"), 1, 77, config.d_in);
    const encoder = await createEncoder(sae, { threads: 2, max_rows: 32 });
    const acts = encoder.encode(x);
    const expected = toSparse(encode(sae, x));
    expect(acts.offsets).toEqual(expected.offsets);
    expect(acts.features).toEqual(expected.features);
    for (let i = 0; i < acts.values.length; i++)
      expect(acts.values[i]).toBeCloseTo(expected.values[i], 5);
    const xHat = encoder.decode(acts);
    const expectedXHat = decode(sae, toDense(acts, config.d_sae));
    for (let i = 0; i < xHat.data.length; i++)
      expect(xHat.data[i]).toBeCloseTo(expectedXHat.data[i], 4);
    await encoder.dispose();
  },
);
