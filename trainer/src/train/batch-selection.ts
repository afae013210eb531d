import { encodeRows, overflowed, rowsPerSlice } from "../sae/kernel/encode.ts";
import type { Kernel } from "../sae/kernel/kernel.ts";

/** Bits of an activation, looked at in turn: it is positive, so its sign is known. */
const DIGITS = [
  { select_shift: 20, select_width: 11 },
  { select_shift: 10, select_width: 10 },
  { select_shift: 0, select_width: 10 },
];

/** Next to the smallest activation of one batch the smallest of the next: candidates of it exceed this share. */
const GUESS = 0.95;

/**
 * Encodes batches of rows and keeps of each the n·k largest positive pre-activations, of equal ones those
 * of the lowest rows and then of the lowest features (Bussmann et al. 2024). The smallest of one batch tells
 * where to look in the next; that decides how long it takes, not what is found.
 */
export class BatchSelection {
  readonly #kernel: Kernel;
  #guess = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The entries of rows [0, n) are those that were chosen; returns how many. */
  select(n: number, k: number): number {
    const kernel = this.#kernel;
    const wanted = n * k;
    const above = this.#guess || this.#sample(n, k);
    kernel.set({ above });
    let found = encodeRows(kernel, 0, n);
    if (overflowed(kernel) || (found < wanted && above > 0)) found = this.#inSlices(n, wanted);
    if (found > wanted) this.#choose(n, wanted);
    if (found < wanted) this.#guess = 0;
    return Math.min(found, wanted);
  }

  #choose(n: number, wanted: number): number {
    const smallest = choose(this.#kernel, n, wanted);
    this.#guess = GUESS * smallest;
    return smallest;
  }

  /** What somewhat more than k activations per row exceed, judging by the first rows. */
  #sample(n: number, k: number): number {
    const kernel = this.#kernel;
    const some = Math.min(n, rowsPerSlice(kernel));
    kernel.set({ above: 0 });
    const found = encodeRows(kernel, 0, some);
    const wanted = Math.ceil(1.25 * some * k);
    return found > wanted ? choose(kernel, some, wanted) : 0;
  }

  /** From the first row to the last, as many at a time as fit; what has been chosen so far says what exceeds it. */
  #inSlices(n: number, wanted: number): number {
    const kernel = this.#kernel;
    const fits = Math.max(
      1,
      Math.floor((kernel.get("entry_capacity") - wanted) / kernel.get("d_sae")),
    );
    kernel.set({ above: 0 });
    let kept = 0;
    for (let first = 0, slice = fits; first < n; ) {
      const last = Math.min(first + slice, n);
      encodeRows(kernel, first, last, kept);
      if (overflowed(kernel)) {
        slice = Math.max(fits, slice >> 1);
        continue;
      }
      kept = kernel.get("entries_used");
      if (kept > wanted) {
        kernel.set({ above: this.#choose(last, wanted) });
        kernel.run("compact");
        kept = wanted;
      }
      first = last;
      slice *= 2;
    }
    return kept;
  }
}

/** Of the entries of rows [0, n), more than `wanted`, only the largest stay; returns the smallest of them. */
function choose(kernel: Kernel, n: number, wanted: number): number {
  kernel.set({ first_row: 0, last_row: n, select_prefix: 0, select_wanted: wanted });
  for (const digit of DIGITS) {
    kernel.set(digit);
    kernel.runParts("digits");
    kernel.run("select_digit");
  }
  kernel.runParts("choose");
  const bits = new Int32Array([kernel.get("select_prefix")]);
  return new Float32Array(bits.buffer)[0];
}
