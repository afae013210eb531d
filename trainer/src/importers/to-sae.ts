import { BundleError, type Reading } from "../bundle/index.ts";
import type { SaeConfig } from "../sae/config.ts";
import type { Sae } from "../sae/sae.ts";
import { makeWeights, type WeightName, type Weights, weightNames } from "../sae/weights.ts";
import { rowNorms } from "../tensor/row-norms.ts";
import { type Tensor, transposed, zeros } from "../tensor/tensor.ts";
import type { Foreign, StoredTensor } from "./foreign.ts";

/** May be missing, and is 0 then. */
const optional: WeightName[] = ["b_enc", "b_dec"];

/**
 * The SAE that foreign numbers are under a reading. What our own form can say stays as it is, to the last bit;
 * what it cannot is folded into the weights: norms of directions and the scale of the input.
 */
export function toSae({ described, weights }: Foreign, reading: Reading): Sae {
  const config = toConfig(described, reading, weights);
  const { where } = described;
  // where the files leave the rule open, whoever chooses one without a threshold leaves that aside
  const open: WeightName[] = described.reading.architecture === undefined ? ["threshold"] : [];
  const unused = (Object.keys(weights) as WeightName[]).filter(
    (name) => ![...weightNames(config), ...open].includes(name),
  );
  if (unused.length > 0)
    throw new BundleError(
      `${where}: there is ${unused.join(", ")}, which ${reading.architecture} does not use (expected ${weightNames(config).join(", ")})`,
    );
  const read = (name: WeightName, shape: number[]) =>
    readWeight(`${where}: ${ownName(described, name)}`, shape, weights[name], {
      isOptional: optional.includes(name),
      isScalar: name === "threshold",
      isTransposed: isTransposed(name, reading),
    });
  return folded({ config, ...makeWeights(config, read) }, reading);
}

/** What the file calls a weight, and what it is taken for. */
function ownName({ tensors }: Foreign["described"], role: WeightName): string {
  const own = tensors.find((tensor) => tensor.role?.split(", ").includes(role))?.name ?? role;
  return own === role ? role : `${own} (${role})`;
}

function toConfig(
  { where, d_in, d_sae, d_out }: Foreign["described"],
  reading: Reading,
  { W_skip }: Foreign["weights"],
): SaeConfig {
  const { architecture, k, subtract_b_dec, normalize_activations, hook_name_out } = reading;
  const refuse = (found: string, expected: string) => {
    throw new BundleError(`${where}: ${found}, expected ${expected}`);
  };
  if (hook_name_out === null && d_in !== d_out)
    refuse(
      `d_in ${d_in} and d_out ${d_out} with no hook_name_out`,
      "the hook that a transcoder gives",
    );
  if (hook_name_out === null && W_skip)
    refuse("W_skip with no hook_name_out", "it of a transcoder alone");
  if (hook_name_out !== null && subtract_b_dec)
    refuse("subtract_b_dec true", "false for a transcoder");
  if (hook_name_out !== null && normalize_activations !== "none")
    refuse(`normalize_activations ${normalize_activations}`, "none for a transcoder");
  if ((architecture === "topk") !== (k !== null))
    refuse(`k ${k}`, architecture === "topk" ? "a number for topk" : `null for ${architecture}`);
  if (k !== null && k > d_sae) refuse(`k ${k}`, `at most d_sae, ${d_sae}`);
  return {
    architecture,
    d_in,
    d_sae,
    k,
    ...(!subtract_b_dec && {
      transcoder:
        hook_name_out === null
          ? { d_out, skip: false, of_itself: true }
          : { d_out, skip: W_skip !== undefined },
    }),
    ...(normalize_activations !== "none" && { input_norm: normalize_activations }),
  };
}

/** W_skip is stored as SAELens does, [d_out, d_in], whatever the reading. */
function isTransposed(name: WeightName, { encoder, decoder }: Reading): boolean {
  if (name === "W_enc") return encoder === "d_sae,d_in";
  if (name === "W_dec") return decoder === "d_out,d_sae";
  return name === "W_skip";
}

type Expected = { isOptional: boolean; isScalar: boolean; isTransposed: boolean };

/** A weight of this shape, all of whose numbers are finite. */
function readWeight(
  what: string,
  shape: number[],
  stored: StoredTensor | undefined,
  { isOptional, isScalar, isTransposed }: Expected,
): Tensor {
  if (!stored && isOptional) return zeros(...shape);
  if (!stored) throw new BundleError(`${what}: missing`);
  const expected = isTransposed ? shape.toReversed() : shape;
  const isOne = isScalar && stored.shape.every((size) => size === 1);
  if (!isOne && stored.shape.join() !== expected.join())
    throw new BundleError(
      `${what}: found [${stored.shape.join(", ")}], expected [${expected.join(", ")}]`,
    );
  const tensor = stored.read();
  const at = tensor.data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new BundleError(`${what}: number ${at} is not finite, expected only finite ones`);
  if (isOne) return { shape, data: new Float32Array(shape[0]).fill(tensor.data[0]) };
  return isTransposed ? transposed(tensor) : { shape, data: tensor.data };
}

/**
 * With s the input's scale, (s·x − b) · W is (x − b/s) · sW, and what is divided by s comes of W_dec / s and
 * b_dec / s: activations keep the values that they have elsewhere.
 */
function folded(sae: Sae, reading: Reading): Sae {
  const { decoder_rows, rescale_acts_by_decoder_norm, input_scale: s } = reading;
  const norms = rowNorms(sae.W_dec);
  let scaled: Sae = sae;
  if (decoder_rows === "unit")
    scaled = { ...scaled, W_dec: perRow(scaled.W_dec, (f) => 1 / norms[f]) };
  if (rescale_acts_by_decoder_norm) scaled = byDecoderNorm(scaled, rowNorms(scaled.W_dec));
  if (s === 1 || sae.config.input_norm) return scaled; // a normalised row has lost its scale
  return {
    ...scaled,
    W_enc: times(scaled.W_enc, s),
    W_dec: times(scaled.W_dec, 1 / s),
    b_dec: times(scaled.b_dec, 1 / s),
  };
}

/** Activations times ‖d_f‖, directions of norm 1: the k largest are chosen of what they add to x̂. */
function byDecoderNorm(sae: Sae, norms: Float32Array): Sae {
  const perFeature = ({ shape, data }: Tensor) => ({
    shape,
    data: data.map((value, at) => value * norms[at % norms.length]),
  });
  const changed: Partial<Weights> = {
    W_enc: perFeature(sae.W_enc),
    b_enc: perFeature(sae.b_enc),
    W_dec: perRow(sae.W_dec, (f) => 1 / norms[f]),
  };
  return { ...sae, ...changed };
}

/** A direction of norm 0 has none, and stays. */
function perRow({ shape, data }: Tensor, by: (row: number) => number): Tensor {
  const width = shape[1];
  return {
    shape,
    data: data.map((value, at) => (value === 0 ? 0 : value * by(Math.floor(at / width)))),
  };
}

function times({ shape, data }: Tensor, by: number): Tensor {
  return { shape, data: data.map((value) => value * by) };
}
