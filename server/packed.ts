import "server-only";
import type {
  AblatedContext,
  DatapointFeaturesRecord,
  ExampleRecord,
  FeatureRecord,
  LossesRecord,
} from "trainer/bundle";

/*
 * Records as typed arrays, column by column: a feature's 45 examples are read with five loops and no
 * parser. All words are little-endian and four bytes wide:
 *
 *     rows, then for each column of the layout
 *       int, float      one word per row
 *       ints, floats    a length per row, then the values one after another
 *       sparse          a length per row, then for each row a bit per value that is not 0, in whole
 *                       words, then those values: of a window's activations most are 0
 *
 * To change a layout is to ingest the stored bundles again.
 */

type Kind = "int" | "float" | "float?" | "ints" | "floats" | "sparse";
type Values = {
  int: number;
  float: number;
  "float?": number | null;
  ints: number[];
  floats: number[];
  sparse: number[];
};
type Layout = Record<string, Kind>;
type Row<L extends Layout> = { -readonly [Column in keyof L]: Values[L[Column]] };

export const featureLayout = {
  index: "int",
  density: "float",
  n_active: "int",
  max_activation: "float",
  mean_activation: "float",
  activation_histogram: "ints",
  top_logit_tokens: "ints",
  top_logit_values: "floats",
  bottom_logit_tokens: "ints",
  bottom_logit_values: "floats",
  logit_histogram: "ints",
  logit_min: "float",
  logit_max: "float",
  decoder_norm: "float",
  encoder_decoder_cosine: "float",
  nearest_features: "ints",
  nearest_cosines: "floats",
  umap_x: "float",
  umap_y: "float",
} as const satisfies Record<keyof FeatureRecord, Kind>;

/** One feature's examples; whose they are stands beside the blob. */
export const examplesLayout = {
  interval: "int",
  interval_min: "float",
  interval_max: "float",
  interval_share: "float?",
  rank: "int",
  context: "int",
  position: "int",
  window_start: "int",
  activations: "sparse",
} as const satisfies Record<Exclude<keyof ExampleRecord, "feature">, Kind>;

/** What is active at one datapoint; which one stands beside the blob. */
export const activeLayout = {
  features: "ints",
  activations: "floats",
} as const satisfies Record<
  Exclude<keyof DatapointFeaturesRecord, "context" | "position" | "origin">,
  Kind
>;

/** Where a feature is active: places of datapoints, the worst by CE-diff and the strongest by activation. */
export const featureDatapointsLayout = {
  searched: "int",
  datapoints: "int",
  worst: "ints",
  worst_activations: "floats",
  strongest: "ints",
  strongest_activations: "floats",
} as const satisfies Layout;

/** One context's losses; which context stands beside the blob. */
export const lossesLayout = {
  ce_clean: "floats",
  ce_sae: "floats",
} as const satisfies Record<Exclude<keyof LossesRecord, "context">, Kind>;

/** What the loss becomes along the contexts of one feature's examples without it; `from` is −1 for none. */
export const ablationLayout = {
  context: "int",
  position: "int",
  from: "int",
  activations: "sparse",
  ce_sae: "floats",
  ce_without: "floats",
} as const satisfies Record<keyof AblatedContext | "context" | "position", Kind>;

export function pack<L extends Layout>(layout: L, rows: Row<L>[]): Buffer {
  const ints = new Int32Array(mostWords(layout, rows));
  const floats = new Float32Array(ints.buffer);
  let at = 0;
  ints[at++] = rows.length;
  for (const [name, kind] of Object.entries(layout)) {
    const into = isFloat(kind) ? floats : ints;
    if (!isList(kind)) {
      for (const row of rows) into[at++] = (row[name] as number | null) ?? Number.NaN;
      continue;
    }
    const lists = rows.map((row) => row[name] as number[]);
    for (const list of lists) ints[at++] = list.length;
    if (kind === "sparse")
      for (const list of lists) {
        list.forEach((value, i) => {
          if (value !== 0) ints[at + (i >> 5)] = (ints[at + (i >> 5)] ?? 0) | (1 << (i & 31));
        });
        at += maskWords(list.length);
      }
    for (const list of lists)
      for (const value of list) if (kind !== "sparse" || value !== 0) into[at++] = value;
  }
  return Buffer.from(ints.buffer, 0, 4 * at);
}

export function unpack<L extends Layout>(layout: L, bytes: Uint8Array): Row<L>[] {
  const ints = new Int32Array(new Uint8Array(bytes).buffer); // copied: bytes may lie unaligned
  const floats = new Float32Array(ints.buffer);
  let at = 0;
  const rows = Array.from({ length: ints[at++] ?? 0 }, (): Record<string, unknown> => ({}));
  for (const [name, kind] of Object.entries(layout)) {
    const from = isFloat(kind) ? floats : ints;
    if (!isList(kind)) {
      for (const row of rows) {
        const value = from[at++] as number;
        row[name] = kind === "float?" && Number.isNaN(value) ? null : value;
      }
      continue;
    }
    const lengths = ints.subarray(at, at + rows.length);
    at += rows.length;
    let mask = at;
    if (kind === "sparse") for (const length of lengths) at += maskWords(length);
    rows.forEach((row, r) => {
      const length = lengths[r] ?? 0;
      row[name] = Array.from({ length }, (_, i) => {
        const isThere = kind !== "sparse" || ((ints[mask + (i >> 5)] ?? 0) >>> (i & 31)) & 1;
        return isThere ? from[at++] : 0;
      });
      mask += maskWords(length);
    });
  }
  return rows as Row<L>[];
}

/** An upper bound: what a layout takes if no value of a sparse list is 0. */
function mostWords<L extends Layout>(layout: L, rows: Row<L>[]): number {
  let words = 1;
  for (const [name, kind] of Object.entries(layout)) {
    words += rows.length;
    if (!isList(kind)) continue;
    for (const row of rows) {
      const { length } = row[name] as number[];
      words += length + (kind === "sparse" ? maskWords(length) : 0);
    }
  }
  return words;
}

function maskWords(length: number): number {
  return (length + 31) >> 5;
}

function isList(kind: Kind): boolean {
  return kind === "ints" || kind === "floats" || kind === "sparse";
}

function isFloat(kind: Kind): boolean {
  return kind !== "int" && kind !== "ints";
}
