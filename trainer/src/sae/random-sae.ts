import type { Random } from "../tensor/random.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { SaeConfig } from "./config.ts";
import { type Sae, weightShapes } from "./sae.ts";

/** Independent normal numbers of standard deviation `scale`. */
export function randomTensor(random: Random, scale: number, ...shape: number[]): Tensor {
  const t = zeros(...shape);
  for (let i = 0; i < t.data.length; i++) t.data[i] = scale * random.normal();
  return t;
}

/** An SAE with nothing at zero and nothing of norm 1, for tests. */
export function randomSae(random: Random, config: SaeConfig): Sae {
  const shape = weightShapes(config);
  return {
    config,
    W_enc: randomTensor(random, 0.5, ...shape.W_enc),
    b_enc: randomTensor(random, 0.1, ...shape.b_enc),
    W_dec: randomTensor(random, 0.5, ...shape.W_dec),
    b_dec: randomTensor(random, 0.3, ...shape.b_dec),
  };
}
