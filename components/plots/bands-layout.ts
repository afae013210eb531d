import { area, line } from "d3-shape";
import { extentOf, type Kind, plotScale, type Scale } from "./scale.ts";

/** A value and the range that goes with it: quantiles, or a bootstrap interval. */
export type BandPoint = { x: number; low: number; mid: number; high: number };
export type Band = { key: string; points: readonly BandPoint[] };
export type PlacedBand = { key: string; area: string; line: string; points: BandPoint[] };
/** symlog, for counts from 0 on, across alone */
export type Axes = { x: Kind; y: "linear" | "log" };

type Layout = { bands: PlacedBand[]; x: Scale; y: Scale };

/** Lines with the ranges around them, on the same axes; x in percent, y in pixels. What has no place on an axis is left out. */
export function bandsLayout(bands: readonly Band[], height: number, axes: Axes): Layout {
  const drawn = bands.map(({ key, points }) => ({
    key,
    points: points.filter((point) => isDrawable(point, axes)),
  }));
  const all = drawn.flatMap(({ points }) => points);
  const x = scaleOf(
    axes.x,
    all.map((point) => point.x),
    [0, 100],
    0,
  );
  const y = scaleOf(
    axes.y,
    all.flatMap(({ low, high }) => [low, high]),
    [height, 0],
    0.06,
  );
  const areaOf = area<BandPoint>()
    .x((point) => round(x(point.x)))
    .y0((point) => round(y(point.low)))
    .y1((point) => round(y(point.high)));
  const lineOf = line<BandPoint>()
    .x((point) => round(x(point.x)))
    .y((point) => round(y(point.mid)));
  return {
    bands: drawn.map(({ key, points }) => ({
      key,
      area: areaOf(points) ?? "",
      line: lineOf(points) ?? "",
      points,
    })),
    x,
    y,
  };
}

function isDrawable({ x, low, mid, high }: BandPoint, axes: Axes): boolean {
  const areNumbers = [x, low, mid, high].every(Number.isFinite);
  return areNumbers && (axes.x !== "log" || x > 0) && (axes.y === "linear" || low > 0);
}

function scaleOf(
  kind: Kind,
  values: number[],
  range: readonly [number, number],
  margin: number,
): Scale {
  if (kind !== "log") return plotScale(kind, extentOf(values, margin), range);
  const [low, high] = extentOf(values.map(Math.log10), margin);
  return plotScale(kind, [10 ** low, 10 ** high], range);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
