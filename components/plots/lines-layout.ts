import { max } from "d3-array";
import { line } from "d3-shape";
import { extentOf, plotScale, type Scale } from "./scale.ts";

export type Point = { x: number; y: number };

export type Series = { key: string; points: Point[] };
export type PlacedSeries = { key: string; path: string; last: Point | null };

type Layout = { series: PlacedSeries[]; x: Scale; y: Scale };

/** Several lines on the same axes; x in percent from zero to `end`, or the last point of all, y in pixels. */
export function linesLayout(
  given: readonly Series[],
  height: number,
  kind: "linear" | "log",
  end = 0,
): Layout {
  const shown = given.flatMap(({ points }) => points.filter((point) => drawable(point, kind)));
  const last = Math.max(end, max(shown, (point) => point.x) ?? 0);
  const x = plotScale("linear", [0, last || 1], [0, 100], 3);
  const y = plotScale(kind, valueDomain(shown, kind), [height, 0], 3);
  const series = given.map(({ key, points }) => ({
    key,
    path: linePath(points, x, y, kind),
    last: points.findLast((point) => drawable(point, kind)) ?? null,
  }));
  return { series, x, y };
}

/** Whether a point has a place on axes of this kind. */
function drawable({ x, y }: Point, kind: "linear" | "log"): boolean {
  return Number.isFinite(x) && Number.isFinite(y) && (kind === "linear" || y > 0);
}

/** The line through the points that can be drawn, as an SVG path. */
function linePath(points: readonly Point[], x: Scale, y: Scale, kind: "linear" | "log"): string {
  const path = line<Point>()
    .defined((point) => drawable(point, kind))
    .x((point) => round(x(point.x)))
    .y((point) => round(y(point.y)));
  return path(points as Point[]) ?? "";
}

/** Linear scales start at zero when the values are all on one side of it. */
function valueDomain(points: readonly Point[], kind: "linear" | "log"): [number, number] {
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
