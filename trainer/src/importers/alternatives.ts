import type { Reading, ReadingKey, SaidReading } from "../bundle/index.ts";
import type { ModelConfig } from "../model/config.ts";
import { hookNames, hookWidth, parseHookName } from "../model/hook-names.ts";
import { rowNorms } from "../tensor/row-norms.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Foreign } from "./foreign.ts";

/** Another way to read the same numbers, by what is different; `title` says it as a clause. */
export type Alternative = { change: Partial<Reading>; title: string };

/** Activations at the hooks, by their names, as the reading's own `x` is. */
type Sample = Map<string, Tensor>;

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
    ...hooks(sample, reading),
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

function inputs(
  x: Tensor,
  { normalize_activations, input_scale, hook_name_out }: Reading,
): Alternative[] {
  const norms = (["none", "layer_norm", "constant_norm_rescale"] as const)
    .filter((norm) => norm !== normalize_activations && hook_name_out === null)
    .map((norm) => ({
      change: { normalize_activations: norm, ...(norm !== "none" && { input_scale: 1 }) },
      title: {
        none: "rows not normalised",
        layer_norm: "layer norm of each row",
        constant_norm_rescale: "each row at norm √d_in",
      }[norm],
    }));
  if (normalize_activations !== "none") return norms; // a normalised row has lost its scale
  const d_in = x.shape[1];
  const mean = rowNorms(x).reduce((sum, norm) => sum + norm, 0) / x.shape[0];
  const scales: [number, string][] = [
    [1, "input not scaled"],
    [Math.sqrt(d_in) / mean, "input scaled so that its mean norm is √d_in"],
    [1 / mean, "input scaled so that its mean norm is 1"],
    [mean / Math.sqrt(d_in), "input scaled by the inverse of what makes its mean norm √d_in"],
    [1 / input_scale, "input scaled by the inverse"],
  ];
  const tried = [input_scale];
  for (const [scale, title] of scales) {
    if (tried.some((other) => Math.abs(scale / other - 1) < SAME)) continue;
    tried.push(scale);
    norms.push({ change: { input_scale: Number(scale.toPrecision(6)) }, title } as never);
  }
  return norms;
}

/** Hooks whose activations are others than those of the reading's and of each other. */
function hooks(sample: Sample, reading: Reading): Alternative[] {
  return (["hook_name", "hook_name_out"] as const).flatMap((key) => {
    const own = reading[key];
    if (own === null) return [];
    const width = sample.get(own)?.shape[1];
    const seen = [sample.get(own) as Tensor];
    return neighboursIn([...sample.keys()], own).flatMap((name) => {
      const x = sample.get(name) as Tensor;
      if (x.shape[1] !== width || seen.some((other) => isEqual(other, x))) return [];
      seen.push(x);
      return [{ change: { [key]: name }, title: `${key} ${name}` }];
    });
  });
}

/** The hooks that one is easily taken for: the others of its block, the same of the next, as wide as it. */
export function neighbours(hook_name: string, config: ModelConfig): string[] {
  const width = hookWidth(hook_name, config);
  return neighboursIn(hookNames(config), hook_name).filter(
    (name) => hookWidth(name, config) === width,
  );
}

function neighboursIn(names: string[], hook_name: string): string[] {
  const own = parseHookName(hook_name);
  const place = (layer: number | null, site: string) =>
    layer ?? (site === "hook_embed" ? -1 : null);
  return names.filter((name) => {
    if (name === hook_name) return false;
    const { layer, site } = parseHookName(name);
    const [a, b] = [place(layer, site), place(own.layer, own.site)];
    if (a === null || b === null) return false;
    return a === b || (Math.abs(a - b) === 1 && (site === own.site || a === -1 || b === -1));
  });
}

function isEqual(a: Tensor, b: Tensor): boolean {
  return a.data.length === b.data.length && a.data.every((value, i) => value === b.data[i]);
}
