/** A list of rows of one height below a head that stays: all in pixels. */
export type Box = { total: number; rowHeight: number; headHeight: number };

/** The first and the last row of which anything is seen. */
export type Sight = { first: number; last: number };

export function sightOf({ total, rowHeight, headHeight }: Box, top: number, height: number): Sight {
  const seen = Math.max(0, height - headHeight);
  const within = (place: number) => Math.max(0, Math.min(total - 1, place));
  return {
    first: within(Math.floor(top / rowHeight)),
    last: within(Math.ceil((top + seen) / rowHeight) - 1),
  };
}

/** Where to scroll so that a row is seen whole; as little as can be, so nowhere if it is. */
export function offsetFor(
  { rowHeight, headHeight }: Box,
  place: number,
  top: number,
  height: number,
): number {
  const least = (place + 1) * rowHeight - (height - headHeight);
  return Math.max(least, Math.min(top, place * rowHeight));
}

/** The rows to draw: those in sight, some beyond either end, and one that has the focus, wherever it is. */
export function drawnRows({ first, last }: Sight, total: number, focused: number): number[] {
  const beyond = 10;
  const [from, to] = [Math.max(0, first - beyond), Math.min(total - 1, last + beyond)];
  const rows = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  if (focused < from && focused >= 0) rows.unshift(focused);
  if (focused > to && focused < total) rows.push(focused);
  return rows;
}
