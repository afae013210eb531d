import type { Kernel } from "./kernel.ts";

/** Encodes rows [first_row, last_row); returns how many entries that made, or would have: see `overflowed`. */
export function encodeRows(kernel: Kernel, first_row: number, last_row: number): number {
  kernel.set({ first_row, last_row, overflow: 0, entries_used: 0 });
  kernel.runParts("encode");
  return kernel.doubles("found").reduce((sum, found) => sum + found, 0);
}

/** Whether there was no room for the rows that were encoded last. */
export function overflowed(kernel: Kernel): boolean {
  return kernel.get("overflow") !== 0;
}

/** Rows that fit whatever they hold. */
export function rowsPerSlice(kernel: Kernel): number {
  return Math.max(1, Math.floor(kernel.get("entry_capacity") / kernel.get("d_sae")));
}
