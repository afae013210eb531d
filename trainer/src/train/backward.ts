import { type SaeConfig, selectsFromBatch } from "../sae/config.ts";
import { encodeRows, overflowed, rowsPerSlice } from "../sae/kernel/encode.ts";
import type { Kernel } from "../sae/kernel/kernel.ts";
import { BatchSelection } from "./batch-selection.ts";
import { DENSE_STEP, mayBeDense } from "./step-layout.ts";

/**
 * The share of features that may be active before a batch is worked on as whole matrices. Measured at d_in
 * 512 and d_sae 8,192: that is faster from a share of 0.26 on in WebAssembly, and of 0.28 with AVX-512.
 */
const DENSE_SHARE = 1 / 4;

/** A batch forward and back as far as the gradients. */
export class Backward {
  readonly #kernel: Kernel;
  readonly #config: SaeConfig;
  readonly #selection: BatchSelection;
  readonly #dense_share: number;
  #wasDense = false;

  constructor(kernel: Kernel, config: SaeConfig, dense_share = DENSE_SHARE) {
    this.#kernel = kernel;
    this.#config = config;
    this.#dense_share = dense_share;
    this.#selection = new BatchSelection(kernel);
  }

  /** Rows [0, n). True when the gradients now lie in memory; else they are still to be gathered from entries. */
  run(n: number): boolean {
    const { architecture, d_sae, k } = this.#config;
    if (selectsFromBatch(architecture)) {
      this.#selection.select(n, k ?? d_sae);
      this.#back(0, n, false);
      return false;
    }
    if (this.#isDense(n)) return true;
    if (overflowed(this.#kernel)) return this.#inSlices(n);
    this.#back(0, n, false);
    return false;
  }

  /** Encoded rows, back to their entries' gradients, sorted by feature. */
  #back(first_row: number, last_row: number, accumulate: boolean): void {
    const kernel = this.#kernel;
    kernel.set({ first_row, last_row, accumulate: accumulate ? 1 : 0 });
    kernel.runParts("back");
    this.#sort();
  }

  #sort(): void {
    const kernel = this.#kernel;
    kernel.runParts("count");
    kernel.run("offsets");
    kernel.runParts("place");
    kernel.runParts("scatter");
  }

  /** Too many entries for the room there is: in slices that fit whatever they hold. */
  #inSlices(n: number): true {
    const slice = rowsPerSlice(this.#kernel);
    for (let first = 0; first < n; first += slice) {
      const last = Math.min(first + slice, n);
      encodeRows(this.#kernel, first, last);
      this.#back(first, last, first > 0);
      this.#kernel.runParts("gather");
    }
    return true;
  }

  /**
   * Whether so much of the batch is active that it has been worked on as whole matrices; if not, it has been
   * encoded. What the batch before was like says what is tried first, and does not change the outcome: what
   * rounding might decide, which is another in matrices, encoding does.
   */
  #isDense(n: number): boolean {
    const limit = mayBeDense(this.#config) ? this.#dense_share * n * this.#config.d_sae : Infinity;
    const estimate = this.#wasDense ? this.#asMatrices(n) : null;
    const isSure = estimate !== null && Math.abs(estimate - limit) > limit / 100;
    if (isSure && estimate > limit) return true;
    this.#wasDense = encodeRows(this.#kernel, 0, n) > limit;
    if (this.#wasDense && estimate === null) this.#asMatrices(n);
    return this.#wasDense;
  }

  /** Returns how many entries there would have been. */
  #asMatrices(n: number): number {
    const kernel = this.#kernel;
    const slice = kernel.get("dense_rows");
    kernel.set({ row_step: DENSE_STEP });
    for (let first_row = 0; first_row < n; first_row += slice) {
      const last_row = Math.min(first_row + slice, n);
      kernel.set({ first_row, last_row, accumulate: first_row > 0 ? 1 : 0 });
      kernel.runParts("dense_forward");
      kernel.runParts("dense_back");
      if (kernel.get("n_dead") === 0) continue;
      kernel.set({ accumulate: 1 });
      this.#sort();
      kernel.runParts("gather");
    }
    kernel.set({ row_step: 1 });
    return kernel.doubles("found").reduce((sum, found) => sum + found, 0);
  }
}
