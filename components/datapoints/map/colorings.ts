import { formatShort } from "@/lib/format.ts";
import { tokenLabel } from "@/lib/tokens.ts";
import {
  type ColorScale,
  categoryColor,
  colorScale,
  type Paint,
  paintByCategory,
  paintByScale,
} from "../../plots/point-colors.ts";
import type { MapPoints } from "./points.ts";

/** What points may be coloured by. Not from `trainer/bundle`: that would bring every schema to the browser. */
export const colorings = {
  ce_diff: { title: "CE-diff", kind: "diverging", unit: "nats" },
  squared_error: { title: "squared error", kind: "log", unit: "‖x − x̂‖²" },
  l0: { title: "L0", kind: "linear", unit: "active features" },
  position: { title: "position", kind: "linear", unit: "in its context" },
  norm_x: { title: "‖x‖", kind: "linear", unit: "" },
  token_id: { title: "token", kind: "category", unit: "" },
} as const;

export type ColoringName = keyof typeof colorings;

/** One of the most frequent tokens, or all others, with its colour. */
export type Category = { id: number | null; text: string; datapoints: number; color: string };

export type Coloring = { paint: Paint } & (
  | { scale: ColorScale; categories: null }
  | { scale: null; categories: Category[] }
);

export function colorPoints(points: MapPoints, name: ColoringName, isDark: boolean): Coloring {
  const { kind } = colorings[name];
  if (kind !== "category") {
    const values = Float32Array.from(points[name]);
    const scale = colorScale(kind, values, isDark);
    return { paint: paintByScale(scale, values), scale, categories: null };
  }
  const place = new Map(points.tokens.map(({ id }, at) => [id, at]));
  const categories = points.tokens.map(({ id, token, datapoints }, at) => {
    return { id, text: tokenLabel(token), datapoints, color: categoryColor(at, isDark) };
  });
  const others =
    points.index.length - categories.reduce((sum, { datapoints }) => sum + datapoints, 0);
  const rest = { id: null, text: "other", datapoints: others, color: categoryColor(-1, isDark) };
  return {
    paint: paintByCategory(
      points.token_id.map((id) => place.get(id) ?? -1),
      isDark,
    ),
    scale: null,
    categories: others > 0 ? [...categories, rest] : categories,
  };
}

/** The rows whose value lies between the two, both included. */
export function rowsBetween(
  points: MapPoints,
  name: ColoringName,
  from: number,
  to: number,
): number[] {
  const values = points[name];
  const found: number[] = [];
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (value >= from && value <= to) found.push(row);
  }
  return found;
}

/** The rows of a category; of the others, all that are in none. */
export function rowsOfToken(points: MapPoints, id: number | null): number[] {
  if (id !== null) return rowsBetween(points, "token_id", id, id);
  const named = new Set(points.tokens.map((token) => token.id));
  return Array.from(points.token_id.keys()).filter((row) => !named.has(points.token_id[row] ?? -1));
}

/** What a point is, in one line. */
export function figuresText(points: MapPoints, row: number): string {
  const names = ["ce_diff", "squared_error", "l0", "position", "norm_x"] as const;
  return names
    .map((name) => `${colorings[name].title} ${formatShort(points[name][row] ?? Number.NaN)}`)
    .join(" · ");
}
