import { max } from "d3-array";
import { line } from "d3-shape";
import { extentOf, plotScale, type Scale } from "./scale.ts";

export type Point = { x: number; y: number };

type Layout = { path: string; last: Point | null; x: Scale; y: Scale };

/**
 * A line through the points, left to right: x in percent from zero to the last, y in pixels. What is
 * not finite (and on a log scale, not positive) is a gap.
 */
export function curveLayout(
  points: readonly Point[],
  height: number,
  kind: "linear" | "log",
): Layout {
  const drawable = (p: Point) =>
    Number.isFinite(p.x) && Number.isFinite(p.y) && (kind === "linear" || p.y > 0);
  const shown = points.filter(drawable);
  const end = max(shown, (p) => p.x) || 1;
  const x = plotScale("linear", [0, end], [0, 100], 3);
  const y = plotScale(kind, domainOf(shown, kind), [height, 0], 3);
  const path =
    line<Point>()
      .defined(drawable)
      .x((p) => round(x(p.x)))
      .y((p) => round(y(p.y)))(points as Point[]) ?? "";
  return { path, last: shown.at(-1) ?? null, x, y };
}

/** Linear scales start at zero when the values are all on one side of it. */
function domainOf(points: readonly Point[], kind: "linear" | "log"): [number, number] {
  const values = points.map((p) => p.y);
  if (kind === "linear") {
    const [min, max] = extentOf(values, 0.05);
    return [values.every((v) => v >= 0) ? 0 : min, max];
  }
  return values.length === 0 ? [1, 10] : extentOf(values);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
