import "server-only";
import type { ExampleRecord, FeatureRecord } from "trainer/bundle";

/*
 * Records as typed arrays, column by column: a feature's 45 examples are read with five loops and no
 * parser. All words are little-endian and four bytes wide:
 *
 *     rows, then for each column of the layout
 *       int, float      one word per row
 *       ints, floats    a length per row, then the values one after another
 *
 * To change a layout is to ingest the stored bundles again.
 */

type Kind = "int" | "float" | "float?" | "ints" | "floats";
type Values = {
  int: number;
  float: number;
  "float?": number | null;
  ints: number[];
  floats: number[];
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
  activations: "floats",
} as const satisfies Record<Exclude<keyof ExampleRecord, "feature">, Kind>;

export function pack<L extends Layout>(layout: L, rows: Row<L>[]): Buffer {
  const columns = Object.entries(layout);
  let words = 1;
  for (const [name, kind] of columns) {
    words += rows.length;
    if (isList(kind)) for (const row of rows) words += (row[name] as number[]).length;
  }
  const ints = new Int32Array(words);
  const floats = new Float32Array(ints.buffer);
  let at = 0;
  ints[at++] = rows.length;
  for (const [name, kind] of columns) {
    const into = isFloat(kind) ? floats : ints;
    if (isList(kind)) {
      for (const row of rows) ints[at++] = (row[name] as number[]).length;
      for (const row of rows) {
        into.set(row[name] as number[], at);
        at += (row[name] as number[]).length;
      }
    } else {
      for (const row of rows) into[at++] = (row[name] as number | null) ?? Number.NaN;
    }
  }
  return Buffer.from(ints.buffer);
}

export function unpack<L extends Layout>(layout: L, bytes: Uint8Array): Row<L>[] {
  const ints = new Int32Array(bytes.slice().buffer); // sliced, because a driver's bytes lie unaligned
  const floats = new Float32Array(ints.buffer);
  let at = 0;
  const rows = Array.from({ length: ints[at++] ?? 0 }, (): Record<string, unknown> => ({}));
  for (const [name, kind] of Object.entries(layout)) {
    const from = isFloat(kind) ? floats : ints;
    let value = at + rows.length;
    for (const row of rows) {
      const word = at++;
      if (isList(kind)) {
        const end = value + (ints[word] ?? 0);
        row[name] = Array.from(from.subarray(value, end));
        value = end;
      } else {
        const number = from[word] as number;
        row[name] = kind === "float?" && Number.isNaN(number) ? null : number;
      }
    }
    if (isList(kind)) at = value;
  }
  return rows as Row<L>[];
}

function isList(kind: Kind): boolean {
  return kind === "ints" || kind === "floats";
}

function isFloat(kind: Kind): boolean {
  return kind === "float" || kind === "float?" || kind === "floats";
}
