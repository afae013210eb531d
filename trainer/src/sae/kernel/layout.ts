import { outWidth, type SaeConfig, selectsFromBatch } from "../config.ts";
import { PARTS } from "./threads.ts";

/** The widths the kernel pads to, the columns it scans at a time, and its largest vector; as in kernels/. */
const WIDE = 16;
const PADDED_FEATURES = 32;
const TILE = 128;
const MAX_LANES = 16;

/**
 * Most entries (active features of a batch) to keep room for, where an architecture does not bound
 * them: 24 bytes each. A denser batch is worked on in slices, or as whole matrices.
 */
const MAX_ENTRIES = 2 ** 22;

export const paddedWidth = (width: number) => roundUp(width, WIDE);
export const paddedFeatures = (d_sae: number) => roundUp(d_sae, PADDED_FEATURES);

export function roundUp(n: number, step: number): number {
  return Math.ceil(n / step) * step;
}

/** As in kernels/state.h. */
const rules = { relu: 0, jumprelu: 1, gated: 2 };

/** The way from pre-activations to activations, as a number in the kernel. */
export function ruleOf({ architecture }: SaeConfig): number {
  return architecture === "jumprelu" || architecture === "gated" ? rules[architecture] : rules.relu;
}

/** What a row's list holds while it is encoded, keeping k of all, and a vector more, which may be written but not kept. */
export function listOfLargest(k: number): number {
  return 2 * k + 2 * TILE + MAX_LANES;
}

/** The same, keeping all that are active: as many as leave a block as many rows as the cache does; and at most. */
function listsOfAll(d_in: number, d_sae: number) {
  const list_most = paddedFeatures(d_sae) + MAX_LANES;
  return { list_capacity: Math.min(list_most, Math.max(4096, 32 * d_in)), list_most };
}

/** Room for the weights, or for what is shaped like them. */
export function weightSizes(config: SaeConfig): Record<string, number> {
  const { architecture, d_in, d_sae, transcoder } = config;
  const [d, d_out] = [paddedWidth(d_in), paddedWidth(outWidth(config))];
  return {
    W_enc: d_sae * d,
    b_enc: paddedFeatures(d_sae),
    W_dec: d_sae * d_out,
    b_dec: d_out,
    ...(architecture === "jumprelu" && { threshold: d_sae }),
    ...(architecture === "gated" && { r_mag: d_sae, b_mag: d_sae }),
    ...(transcoder?.skip && { W_skip: d * d_out }),
  };
}

/** Scalars and arrays that the encoder and the decoder need, for up to `rows` rows at a time. */
export function encoderLayout(config: SaeConfig, rows: number) {
  const { architecture, d_in, d_sae, transcoder } = config;
  const [d, d_out] = [paddedWidth(d_in), paddedWidth(outWidth(config))];
  const n = paddedFeatures(d_sae);
  const k = architecture === "topk" ? Math.min(config.k ?? d_sae, d_sae) : 0;
  const entries = entryCapacity(config, rows);
  return {
    scalars: {
      d_in: d,
      d_out,
      d_sae,
      k,
      batch: rows,
      row_step: 1,
      rule: ruleOf(config),
      transcoder: transcoder ? 1 : 0,
      skip: transcoder?.skip ? 1 : 0,
      n_groups: 1,
      entry_capacity: entries,
      ...(k > 0
        ? { list_capacity: listOfLargest(k), list_most: listOfLargest(k) }
        : listsOfAll(d, d_sae)),
    },
    arrays: {
      ...weightSizes(config),
      x: rows * d,
      quants: (n * d) / 2,
      quant_scale: n,
      bias_bound: n,
      floor: architecture === "jumprelu" ? n : 0,
      gain: architecture === "gated" ? d_sae : 0,
      error: rows * d_out,
      row_start: rows,
      row_count: rows,
      entry_feature: entries,
      entry_value: entries,
      entry_extra: ruleOf(config) === rules.relu ? 0 : entries,
      found: PARTS,
    },
  };
}

/** At least so many that each part may have a row on which every feature is active. */
function entryCapacity(config: SaeConfig, rows: number): number {
  const { architecture, d_sae, k } = config;
  const least = PARTS * d_sae;
  if (architecture === "topk") return Math.max(d_sae, rows * Math.min(k ?? d_sae, d_sae));
  const wanted = selectsFromBatch(architecture)
    ? 2 * rows * Math.min(k ?? d_sae, d_sae) + least
    : Math.max(least, MAX_ENTRIES);
  return Math.min(wanted, rows * d_sae);
}
