import type { Kernel } from "./kernel.ts";

/**
 * Encodes rows [first_row, last_row), beside `used` entries that are there; returns how many entries that made,
 * or would have: see `overflowed`.
 */
export function encodeRows(kernel: Kernel, first_row: number, last_row: number, used = 0): number {
  const start = { first_row, last_row, overflow: 0, list_overflow: 0, entries_used: used };
  kernel.set(start);
  kernel.runParts("encode");
  if (kernel.get("list_overflow") !== 0) {
    const list_capacity = kernel.get("list_capacity");
    kernel.set({ ...start, list_capacity: kernel.get("list_most") });
    kernel.runParts("encode");
    kernel.set({ list_capacity });
  }
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
