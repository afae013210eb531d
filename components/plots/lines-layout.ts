import { max } from "d3-array";
import { drawable, linePath, type Point, valueDomain } from "./curve-layout.ts";
import { plotScale, type Scale } from "./scale.ts";

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
