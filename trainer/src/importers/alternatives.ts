import type { Reading, ReadingKey, SaidReading } from "../bundle/index.ts";
import { rowNorms } from "../tensor/row-norms.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Foreign } from "./foreign.ts";
import { otherHooks, type Sample } from "./neighbours.ts";

/** Another way to read the same numbers, by what is different; `title` says it as a clause. */
export type Alternative = { change: Partial<Reading>; title: string };

/** Scales and norms closer than this are the same. */
const SAME = 0.02;

/**
 * The readings, each different in one thing, that the tensors allow. `norms` are those of the decoder's rows as
 * they are stored under the reading.
 */
export function alternativesOf(
  { described, weights }: Foreign,
  reading: Reading,
  { norms, sample }: { norms: Float32Array; sample: Sample },
): Alternative[] {
  const x = sample.get(reading.hook_name) as Tensor;
  const all = [
    ...asSaid(described.reading, reading),
    ...orientations(described, reading),
    ...biases(weights, reading),
    ...rules(described, weights, reading),
    ...decoders(norms, reading),
    ...inputs(x, reading),
    ...otherHooks(sample, reading),
  ];
  const seen = new Set<string>();
  return all.filter(({ change }) => {
    const whole = JSON.stringify({ ...reading, ...change });
    return !seen.has(whole) && seen.add(whole);
  });
}

const places: ReadingKey[] = ["hook_name", "hook_name_out", "model"];

/** What the files say of the numbers, where something else was given. */
function asSaid(said: SaidReading, reading: Reading): Alternative[] {
  if (said.hook_name_out !== undefined && said.hook_name_out !== reading.hook_name_out) return [];
  const keys = (Object.keys(said) as ReadingKey[]).filter(
    (key) => !places.includes(key) && said[key] !== reading[key],
  );
  if (keys.length === 0) return [];
  const change = Object.fromEntries(keys.map((key) => [key, said[key]]));
  return [{ change, title: `${keys.join(", ")} as its files say` }];
}

/** The shapes tell an orientation unless the matrix is square. */
function orientations({ d_in, d_sae, d_out }: Foreign["described"], reading: Reading) {
  const encoder: Partial<Reading> = {
    encoder: reading.encoder === "d_in,d_sae" ? "d_sae,d_in" : "d_in,d_sae",
  };
  const decoder: Partial<Reading> = {
    decoder: reading.decoder === "d_sae,d_out" ? "d_out,d_sae" : "d_sae,d_out",
  };
  const [mayEncoder, mayDecoder] = [d_in === d_sae, d_sae === d_out];
  return [
    ...(mayEncoder ? [{ change: encoder, title: "the encoder transposed" }] : []),
    ...(mayDecoder ? [{ change: decoder, title: "the decoder transposed" }] : []),
    ...(mayEncoder && mayDecoder
      ? [{ change: { ...encoder, ...decoder }, title: "encoder and decoder transposed" }]
      : []),
  ];
}

/** A transcoder never subtracts b_dec, which is of another hook. */
function biases(weights: Foreign["weights"], { subtract_b_dec, hook_name_out }: Reading) {
  if (!weights.b_dec || hook_name_out !== null) return [];
  const title = subtract_b_dec ? "b_dec not subtracted" : "b_dec subtracted";
  return [{ change: { subtract_b_dec: !subtract_b_dec }, title }];
}

function rules(
  { d_sae, trained }: Foreign["described"],
  { threshold }: Foreign["weights"],
  { architecture, k }: Reading,
): Alternative[] {
  const relu: Partial<Reading> = {
    architecture: "standard",
    ...(architecture === "topk" && { k: null, rescale_acts_by_decoder_norm: false }),
  };
  const largest: Partial<Reading> =
    architecture === "topk" ? { k: trained.k } : { architecture: "topk", k: trained.k };
  const above: Partial<Reading> = { ...relu, architecture: "jumprelu" };
  const isOther = trained.k !== null && trained.k !== k && trained.k <= d_sae;
  const isTopk = trained.architecture === null || trained.architecture === "topk";
  return [
    ...(architecture === "topk" ? [{ change: relu, title: "k ignored (ReLU)" }] : []),
    ...(isOther && isTopk && (architecture === "topk" || architecture === "standard")
      ? [{ change: largest, title: `the ${trained.k} largest, as it was trained` }]
      : []),
    ...(architecture === "jumprelu" ? [{ change: relu, title: "no threshold (ReLU)" }] : []),
    ...(threshold && architecture !== "jumprelu" && architecture !== "gated"
      ? [{ change: above, title: "what exceeds the threshold" }]
      : []),
  ];
}

/** Norms make a difference only where they are not 1. */
function decoders(norms: Float32Array, reading: Reading): Alternative[] {
  const { decoder_rows, rescale_acts_by_decoder_norm: rescale, architecture } = reading;
  const isUnit = norms.every((norm) => norm === 0 || Math.abs(norm - 1) < SAME);
  if (isUnit) return [];
  const other = decoder_rows === "unit" ? "stored" : "unit";
  return [
    { change: { decoder_rows: other }, title: `decoder rows ${titles[other]}` },
    ...(architecture === "topk" && decoder_rows === "stored"
      ? [
          {
            change: { rescale_acts_by_decoder_norm: !rescale },
            title: `features chosen by activation ${rescale ? "alone" : "times decoder norm"}`,
          },
        ]
      : []),
  ];
}

const titles = { unit: "divided by their norms", stored: "as they are stored" };

function inputs(x: Tensor, reading: Reading): Alternative[] {
  const { normalize_activations: own, hook_name_out } = reading;
  const norms = (Object.keys(normTitles) as (keyof typeof normTitles)[])
    .filter((norm) => norm !== own && hook_name_out === null)
    .map((norm) => ({
      change: { normalize_activations: norm, ...(norm !== "none" && { input_scale: 1 }) },
      title: normTitles[norm],
    }));
  // a normalised row has lost its scale
  return own === "none" ? [...norms, ...scales(x, reading)] : norms;
}

const normTitles = {
  none: "rows not normalised",
  layer_norm: "layer norm of each row",
  constant_norm_rescale: "each row at norm √d_in",
};

function scales(x: Tensor, { input_scale }: Reading): Alternative[] {
  const [n, d_in] = x.shape;
  const mean = rowNorms(x).reduce((sum, norm) => sum + norm, 0) / n;
  const toRoot = Math.sqrt(d_in) / mean;
  const known: [number, string][] = [
    [1, "input not scaled"],
    [toRoot, "input scaled so that its mean norm is √d_in"],
    [1 / mean, "input scaled so that its mean norm is 1"],
    [1 / toRoot, "input scaled by the inverse of what makes its mean norm √d_in"],
    [1 / input_scale, "input scaled by the inverse"],
  ];
  const tried = [input_scale];
  return known.flatMap(([scale, title]) => {
    if (tried.some((other) => Math.abs(scale / other - 1) < SAME)) return [];
    tried.push(scale);
    return [{ change: { input_scale: Number(scale.toPrecision(6)) }, title }];
  });
}
