import { line } from "d3-shape";
import { extentOf, plotScale, type Scale } from "./scale.ts";

export type LinePoint = { x: number; y: number };
export type PlacedLine = {
  key: string;
  path: string;
  /** x in percent of the width, y in pixels */
  points: { at: LinePoint; value: LinePoint }[];
};

type Layout = { lines: PlacedLine[]; x: Scale; y: Scale };

/** Few points each, joined by lines on the same axes: layers across, or widths on a log scale. */
export function pointLinesLayout(
  given: readonly { key: string; points: readonly LinePoint[] }[],
  height: number,
  across: "whole" | "log",
): Layout {
  const known = given.map(({ key, points }) => ({
    key,
    points: points.filter(
      ({ x, y }) => Number.isFinite(y) && (across === "log" ? x > 0 : Number.isFinite(x)),
    ),
  }));
  const all = known.flatMap(({ points }) => points);
  const values = [...new Set(all.map(({ x }) => x))].sort((a, b) => a - b);
  const x = tickedAt(values, across);
  const y = plotScale("linear", heightsOf(all.map((point) => point.y)), [height, 0], 3);
  const pathOf = line<LinePoint>(
    (point) => round(x(point.x)),
    (point) => round(y(point.y)),
  );
  return {
    lines: known.map(({ key, points }) => ({
      key,
      path: pathOf(points) ?? "",
      points: points.map((value) => ({ at: { x: x(value.x), y: y(value.y) }, value })),
    })),
    x,
    y,
  };
}

/** From the lowest to the highest with some room; what differs by rounding alone is drawn as one value. */
function heightsOf(values: number[]): [number, number] {
  const [low, high] = extentOf(values, 0);
  const isOne = high - low < 1e-4 * Math.abs(high);
  return extentOf(isOne ? values.slice(0, 1) : values, 0.1);
}

/** A scale whose ticks stand at values that there are, seven at most. */
function tickedAt(values: number[], across: "whole" | "log"): Scale {
  const [low = 0, high = 1] = [values[0], values.at(-1)];
  const margin = low === high ? (across === "log" ? [low / 2, low * 2] : [low - 1, low + 1]) : null;
  const kind = across === "log" ? "log" : "linear";
  const scale = plotScale(kind, (margin ?? [low, high]) as [number, number], [0, 100]);
  const every = Math.ceil(values.length / 7);
  const ticks = values
    .filter((_, i) => i % every === 0)
    .map((value) => ({ value, at: scale(value), label: String(value) }));
  return Object.assign((value: number) => scale(value), { ticks });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
