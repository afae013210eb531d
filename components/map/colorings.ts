import {
  type ColorScale,
  categoryColor,
  colorScale,
  type Paint,
  paintByCategory,
  paintByScale,
} from "../plots/point-colors.ts";

/** What points may be coloured by: a column of numbers, or of ids of which the most frequent have a colour each. */
export type Coloring = {
  title: string;
  kind: ColorScale["kind"] | "category";
  unit: string;
  /** how it is computed, where the page does not say so already */
  formula?: string;
};

/** What the points are called. */
export type Noun = { one: string; many: string };

/** An id that has a colour of its own, the most frequent first. */
export type Named = { id: number; text: string; points: number };

/** One of the named ids, or all others, with its colour. */
export type Category = { id: number | null; text: string; points: number; color: string };

export type Colored = { paint: Paint } & (
  | { scale: ColorScale; categories: null }
  | { scale: null; categories: Category[] }
);

export function colorPoints(
  kind: Coloring["kind"],
  column: ArrayLike<number>,
  named: Named[],
  isDark: boolean,
): Colored {
  if (kind !== "category") {
    const values = Float32Array.from(column);
    const scale = colorScale(kind, values, isDark);
    return { paint: paintByScale(scale, values), scale, categories: null };
  }
  const place = new Map(named.map(({ id }, at) => [id, at]));
  const paint = paintByCategory(
    Int32Array.from(column, (id) => place.get(id) ?? -1),
    isDark,
  );
  const categories = named.map((one, at) => ({ ...one, color: categoryColor(at, isDark) }));
  const others = column.length - named.reduce((sum, { points }) => sum + points, 0);
  const rest = { id: null, text: "other", points: others, color: categoryColor(-1, isDark) };
  return { paint, scale: null, categories: others > 0 ? [...categories, rest] : categories };
}

/** The rows whose value lies between the two, both included, as the column's 32 bits hold them. */
export function rowsBetween(column: ArrayLike<number>, from: number, to: number): number[] {
  const found: number[] = [];
  const [low, high] = [Math.fround(from), Math.fround(to)];
  for (let row = 0; row < column.length; row++) {
    const value = column[row] as number;
    if (value >= low && value <= high) found.push(row);
  }
  return found;
}

/** The rows of a category; of the others, all that are in none. */
export function rowsOfCategory(
  column: ArrayLike<number>,
  id: number | null,
  named: Named[],
): number[] {
  if (id !== null) return rowsBetween(column, id, id);
  const known = new Set(named.map((one) => one.id));
  return Array.from(column, (value, row) => (known.has(value) ? -1 : row)).filter(
    (row) => row >= 0,
  );
}
