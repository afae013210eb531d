import { type Tensor, zeros } from "../tensor/tensor.ts";
import { outWidth, type SaeConfig } from "./config.ts";

/** An SAE's numbers, and whatever is shaped like them: gradients, Adam's moments. */
export type Weights = {
  /** [d_in, d_sae] */
  W_enc: Tensor;
  /** [d_sae]; of `gated` the gate's */
  b_enc: Tensor;
  /** [d_sae, d_out]; row f is feature f's direction */
  W_dec: Tensor;
  /** [d_out] */
  b_dec: Tensor;
  /** jumprelu: [d_sae], what a pre-activation must exceed; all > 0 */
  threshold?: Tensor;
  /** gated: [d_sae], logarithm of what the gate's weights are multiplied by to give the magnitude's */
  r_mag?: Tensor;
  /** gated: [d_sae] */
  b_mag?: Tensor;
  /** transcoders with a skip connection: [d_in, d_out] */
  W_skip?: Tensor;
};
export type WeightName = keyof Weights;

type Sizes = Pick<SaeConfig, "architecture" | "d_in" | "d_sae" | "transcoder">;

/** The shape of each weight that an SAE has, in the order in which they are named everywhere. */
function weightShapes(config: Sizes): Partial<Record<WeightName, number[]>> {
  const { architecture, d_in, d_sae, transcoder } = config;
  const d_out = outWidth(config);
  return {
    W_enc: [d_in, d_sae],
    b_enc: [d_sae],
    W_dec: [d_sae, d_out],
    b_dec: [d_out],
    ...(architecture === "jumprelu" && { threshold: [d_sae] }),
    ...(architecture === "gated" && { r_mag: [d_sae], b_mag: [d_sae] }),
    ...(transcoder?.skip && { W_skip: [d_in, d_out] }),
  };
}

export function weightEntries(config: Sizes): [WeightName, number[]][] {
  return Object.entries(weightShapes(config)) as [WeightName, number[]][];
}

export function weightNames(config: Sizes): WeightName[] {
  return Object.keys(weightShapes(config)) as WeightName[];
}

/** Weights made one by one. */
export function makeWeights(
  config: Sizes,
  make: (name: WeightName, shape: number[]) => Tensor,
): Weights {
  return Object.fromEntries(
    weightEntries(config).map(([name, shape]) => [name, make(name, shape)]),
  ) as Weights;
}

/** Weights of which each is made anew whenever it is asked for: what needs one at a time keeps no other. */
export function lazyWeights(names: WeightName[], make: (name: WeightName) => Tensor): Weights {
  const properties = names.map((name) => [name, { get: () => make(name), enumerable: true }]);
  return Object.defineProperties({}, Object.fromEntries(properties)) as Weights;
}

/** Zeros in the shape of the weights: for gradients and moments. */
export function zeroWeights(config: Sizes): Weights {
  return makeWeights(config, (_, shape) => zeros(...shape));
}

/** A weight that the architecture has. */
export function weight<T>(weights: Partial<Record<WeightName, T>>, name: WeightName): T {
  const found = weights[name];
  if (!found) throw new Error(`there is no ${name} among the weights`);
  return found;
}
