import type { FeatureRow } from "@/lib/views.ts";

/** how many rows are asked for at a time, and how many are remembered */
export const chunk = 100;
const kept = 20_000;

/** Rows of a long table by their places in it: what has been read, and what has not. */
export class KnownRows {
  #rows = new Map<number, FeatureRow>();

  get(place: number): FeatureRow | undefined {
    return this.#rows.get(place);
  }

  /** Those that have been known longest are forgotten when there are too many. */
  add(from: number, rows: FeatureRow[]): void {
    for (const [i, row] of rows.entries()) {
      this.#rows.delete(from + i); // and set again: a Map's order is the order of setting
      this.#rows.set(from + i, row);
    }
    for (const place of this.#rows.keys()) {
      if (this.#rows.size <= kept) break;
      this.#rows.delete(place);
    }
  }

  /** The chunks in which any place from `first` to `last` is unknown; the table has so many rows. */
  missing(first: number, last: number, total: number): number[] {
    const chunks = new Set<number>();
    for (let place = Math.max(0, first); place <= Math.min(last, total - 1); place++)
      if (!this.#rows.has(place)) chunks.add(Math.floor(place / chunk));
    return [...chunks];
  }
}

/** Where a key leads from a place; null: it is not for the table. */
export function placeAfterKey(
  key: string,
  place: number,
  { total, page }: { total: number; page: number },
): number | null {
  const steps: Record<string, number> = {
    ArrowDown: place + 1,
    ArrowUp: place - 1,
    PageDown: place + page,
    PageUp: place - page,
    Home: 0,
    End: total - 1,
  };
  const to = steps[key];
  return to === undefined ? null : Math.min(total - 1, Math.max(0, to));
}
