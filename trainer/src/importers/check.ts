import {
  BundleError,
  type ImportCheck,
  importFormula,
  type Reading,
  type Report,
} from "../bundle/index.ts";
import { Reconstruction } from "../evaluate/reconstruction.ts";
import { Sparsity } from "../evaluate/sparsity.ts";
import { createEncoder, type EncoderOptions } from "../sae/encoder.ts";
import { Fvu } from "../sae/fvu.ts";
import type { Sae } from "../sae/sae.ts";
import { rowNorms } from "../tensor/row-norms.ts";
import { rows, type Tensor } from "../tensor/tensor.ts";
import { alternativesOf } from "./alternatives.ts";
import type { Foreign } from "./foreign.ts";
import type { Sample } from "./neighbours.ts";
import { toSae } from "./to-sae.ts";
import { remembered, used } from "./used.ts";
import { type Fit, judge } from "./verdict.ts";

export type CheckInput = Pick<EncoderOptions, "threads" | "sae_kernel"> & {
  /** activations at the reading's hooks and at their neighbours, by hook [n, width] */
  sample: Sample;
  seed: number;
  report?: Report;
  signal?: AbortSignal;
};

/** Rows that are encoded at a time: a misread dictionary may be as dense as can be. */
const ROWS = 256;
/** An alternative with more active features than so many times d_in is measured on so many rows alone: it is none. */
const DENSE = { times_d_in: 4, rows: 512 };

/**
 * What the reading gives on real activations, beside what each other that the tensors allow gives, and which of
 * them fits: docs/formats.md has the formula.
 */
export async function checkReading(
  foreign: Foreign,
  reading: Reading,
  { sample, seed, report, signal, ...machine }: CheckInput,
): Promise<ImportCheck> {
  const kept = remembered(foreign);
  const fitOf = (change?: Partial<Reading>) => {
    const changed = { ...reading, ...change };
    const x = at(sample, changed.hook_name);
    const y = at(sample, changed.hook_name_out ?? changed.hook_name);
    const most_l0 = change ? DENSE.times_d_in * x.shape[1] : Infinity;
    return measured(toSae(used(kept, changed), changed), x, y, { ...machine, most_l0 });
  };
  const as_read = await fitOf();
  if (as_read === null)
    throw new BundleError(
      `${foreign.described.where}: what it reconstructs is not finite (expected numbers): read like this, it is no dictionary of ${reading.hook_name}`,
    );
  const stored = {
    ...reading,
    decoder_rows: "stored",
    rescale_acts_by_decoder_norm: false,
  } as const;
  const norms = rowNorms(toSae(used(kept, reading), { ...stored, input_scale: 1 }).W_dec);
  const others = alternativesOf(kept, reading, { norms, sample });
  const alternatives: ImportCheck["alternatives"] = [];
  for (const [i, { change, title }] of others.entries()) {
    signal?.throwIfAborted();
    const fit = await fitOf(change);
    if (fit) alternatives.push({ change, title, ...fit });
    report?.({ stage: "import check", done: i + 1, total: others.length, unit: "readings" });
  }
  const tokens = at(sample, reading.hook_name).shape[0];
  const found = { as_read, alternatives, tokens };
  return {
    formula_version: importFormula.formula_version,
    tokens,
    seed,
    as_read,
    ...judge(found, foreign.described),
  };
}

/** fvu, l0 and l2_ratio as evaluation has them; null where a number is not finite. */
async function measured(
  sae: Sae,
  x: Tensor,
  y: Tensor,
  { most_l0, ...machine }: Pick<EncoderOptions, "threads" | "sae_kernel"> & { most_l0: number },
): Promise<Fit | null> {
  const fvu = new Fvu();
  const reconstruction = new Reconstruction();
  const sparsity = new Sparsity(rowNorms(sae.W_dec));
  const encoder = await createEncoder(sae, { ...machine, max_rows: ROWS });
  try {
    for (let first = 0; first < x.shape[0]; first += ROWS) {
      const last = Math.min(first + ROWS, x.shape[0]);
      const acts = encoder.encode(rows(x, first, last));
      const xHat = encoder.decode(acts, rows(x, first, last));
      fvu.add(rows(y, first, last), xHat);
      reconstruction.add(rows(y, first, last), xHat);
      sparsity.add(acts);
      if (last >= DENSE.rows && sparsity.l0 > most_l0) break;
    }
  } finally {
    await encoder.dispose();
  }
  const fit = { fvu: fvu.value, l0: sparsity.l0, l2_ratio: reconstruction.l2_ratio };
  return Object.values(fit).every(Number.isFinite) ? fit : null;
}

function at(sample: Sample, hook_name: string): Tensor {
  const x = sample.get(hook_name);
  if (!x) throw new Error(`there are no activations of ${hook_name} in the sample`);
  return x;
}
