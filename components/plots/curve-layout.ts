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
  const shown = points.filter((point) => drawable(point, kind));
  const end = max(shown, (p) => p.x) || 1;
  const x = plotScale("linear", [0, end], [0, 100], 3);
  const y = plotScale(kind, valueDomain(shown, kind), [height, 0], 3);
  return { path: linePath(points, x, y, kind), last: shown.at(-1) ?? null, x, y };
}

/** Whether a point has a place on axes of this kind. */
export function drawable({ x, y }: Point, kind: "linear" | "log"): boolean {
  return Number.isFinite(x) && Number.isFinite(y) && (kind === "linear" || y > 0);
}

/** The line through the points that can be drawn, as an SVG path. */
export function linePath(
  points: readonly Point[],
  x: Scale,
  y: Scale,
  kind: "linear" | "log",
): string {
  const path = line<Point>()
    .defined((point) => drawable(point, kind))
    .x((point) => round(x(point.x)))
    .y((point) => round(y(point.y)));
  return path(points as Point[]) ?? "";
}

/** Linear scales start at zero when the values are all on one side of it. */
export function valueDomain(points: readonly Point[], kind: "linear" | "log"): [number, number] {
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
