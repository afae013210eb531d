import type { Random } from "../tensor/random.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { SaeConfig } from "./config.ts";
import type { Sae } from "./sae.ts";
import { makeWeights, type WeightName } from "./weights.ts";

/** Independent normal numbers of standard deviation `scale`. */
export function randomTensor(random: Random, scale: number, ...shape: number[]): Tensor {
  const t = zeros(...shape);
  for (let i = 0; i < t.data.length; i++) t.data[i] = scale * random.normal();
  return t;
}

const scales: Record<WeightName, number> = {
  W_enc: 0.5,
  b_enc: 0.1,
  W_dec: 0.5,
  b_dec: 0.3,
  threshold: 0.2,
  r_mag: 0.3,
  b_mag: 0.2,
  W_skip: 0.4,
};

/** An SAE with nothing at zero and nothing of norm 1, for tests. */
export function randomSae(random: Random, config: SaeConfig): Sae {
  const weights = makeWeights(config, (name, shape) =>
    randomTensor(random, scales[name], ...shape),
  );
  if (weights.threshold)
    weights.threshold.data = weights.threshold.data.map((t) => 0.1 + Math.abs(t));
  return { config, ...weights };
}
