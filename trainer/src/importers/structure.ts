import type { Sae } from "../sae/sae.ts";
import { rowNorms } from "../tensor/row-norms.ts";
import { transposed } from "../tensor/tensor.ts";

/** Below this the encoder's columns have nothing to do with the decoder's rows; see docs/formats.md. */
const PAIRED = 0.1;
const UNIT = 1e-3;

/** What the numbers alone say of a dictionary that no activations were there to check, as notes. */
export function structuralNotes({ config, W_enc, W_dec, b_dec, threshold }: Sae): string[] {
  const encoder = transposed(W_enc);
  const [columns, rows] = [rowNorms(encoder), rowNorms(W_dec)];
  const notes = [
    "unchecked: no activations of the model were compared with what it reconstructs",
    ...dead(columns, rows),
    ...norms(rows),
  ];
  if (b_dec.data.every((value) => value === 0))
    notes.push("b_dec is 0 everywhere, so that subtracting it changes nothing");
  const low = threshold?.data.reduce((n, value) => n + (value > 0 ? 0 : 1), 0) ?? 0;
  if (low > 0)
    notes.push(`threshold: ${low} of ${config.d_sae} are not above 0 (expected all to be)`);
  if (!config.transcoder || config.transcoder.of_itself)
    notes.push(pairing(encoder.data, W_dec.data, columns, rows));
  return notes;
}

function dead(columns: Float32Array, rows: Float32Array): string[] {
  const count = (norms: Float32Array) => norms.reduce((n, norm) => n + (norm === 0 ? 1 : 0), 0);
  return [
    { what: "encoder", zero: count(columns) },
    { what: "decoder", zero: count(rows) },
  ]
    .filter(({ zero }) => zero > 0)
    .map(({ what, zero }) => `the ${what} is 0 for ${zero} of ${rows.length} features`);
}

function norms(rows: Float32Array): string[] {
  const sorted = rows.toSorted();
  const [least, middle, most] = [0, 0.5, 1].map(
    (share) => sorted[Math.round(share * (sorted.length - 1))],
  );
  if (Math.max(Math.abs(least - 1), Math.abs(most - 1)) < UNIT) return [];
  const figures = [least, middle, most].map((norm) => norm.toPrecision(3));
  return [
    `decoder rows are not of norm 1 (least, median and largest ${figures.join(", ")}): a system that divides by them when it runs needs decoder_rows unit`,
  ];
}

/** The mean cosine of what a feature is found by and what it adds. */
function pairing(
  encoder: Float32Array,
  decoder: Float32Array,
  columns: Float32Array,
  rows: Float32Array,
): string {
  const d_in = encoder.length / columns.length;
  let sum = 0;
  for (let f = 0; f < columns.length; f++) {
    if (columns[f] === 0 || rows[f] === 0) continue;
    let dot = 0;
    for (let at = f * d_in; at < (f + 1) * d_in; at++) dot += encoder[at] * decoder[at];
    sum += dot / (columns[f] * rows[f]);
  }
  const mean = sum / columns.length;
  const figure = `the mean cosine of encoder columns and decoder rows is ${mean.toFixed(3)}`;
  if (mean >= PAIRED) return figure;
  return `${figure} (expected ${PAIRED} or more): is one of them transposed, or of another dictionary?`;
}
