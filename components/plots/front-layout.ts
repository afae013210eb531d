import { quantile } from "d3-array";
import { line } from "d3-shape";
import { extentOf, type Kind, plotScale, type Scale } from "./scale.ts";

export type FrontPoint = { key: string; l0: number; value: number };

/** What stands upwards; `end`: the axis goes no further, unless a value does. */
export type FrontAxis = { kind: Kind; better: "higher" | "lower"; end?: number };

export type PlacedFrontPoint = FrontPoint & {
  /** percent of the width */
  x: number;
  /** pixels */
  y: number;
  /** it lies far below all others, and stands at the lower edge */
  below: boolean;
  /** no other point is at least as sparse and as good, and better in one */
  best: boolean;
  /** the side on which its label stands: left when it is near the right edge; null: there is no room for one */
  label: "left" | "right" | null;
};

/** `front`: the path through the best points, from sparse to dense */
type Layout = { points: PlacedFrontPoint[]; front: string; x: Scale; y: Scale };

/** With more than so many points, only the best are labelled. */
const LABELLED = 8;

/** L0 across on a log scale, and what it costs upwards. Points with no place on the scales are left out. */
export function frontLayout(
  points: readonly FrontPoint[],
  axis: FrontAxis,
  height: number,
): Layout {
  const isPlaced = ({ l0, value }: FrontPoint) =>
    l0 > 0 && Number.isFinite(l0 + value) && (axis.kind !== "log" || value > 0);
  const shown = points.filter(isPlaced);
  const values = shown.map(({ value }) => value);
  const l0s = shown.map(({ l0 }) => l0);
  const x = plotScale("log", logExtent(l0s, 0.15), [0, 100]);
  const y = plotScale(axis.kind, upwards(values, axis), [height, 0]);
  const placed = shown.map((point): PlacedFrontPoint => {
    const best = !shown.some((other) => dominates(other, point, axis));
    const below = y(point.value) > height;
    return {
      ...point,
      x: x(point.l0),
      y: Math.min(height, y(point.value)),
      below,
      best,
      label: null,
    };
  });
  label(placed);
  const best = placed.filter((point) => point.best).sort((a, b) => a.l0 - b.l0);
  const path = line<PlacedFrontPoint>(
    (point) => point.x,
    (point) => point.y,
  );
  return {
    points: placed.sort((a, b) => Number(a.best) - Number(b.best)),
    front: path(best) ?? "",
    x,
    y,
  };
}

function upwards(values: number[], { kind, end = Number.POSITIVE_INFINITY }: FrontAxis) {
  if (kind === "log") return logExtent(values, 0.15);
  const floor = floorOf(values);
  const [low, high] = extentOf(
    values.filter((value) => value >= floor),
    0.15,
  );
  return [low, values.every((value) => value <= end) ? Math.min(high, end) : high] as const;
}

/** One dictionary that fails must not press all others together: below this a value is far from most. */
function floorOf(values: number[]): number {
  if (values.length <= LABELLED) return Number.NEGATIVE_INFINITY;
  const [low, high] = [quantile(values, 0.1) ?? 0, quantile(values, 0.9) ?? 0];
  return low - 1.5 * (high - low);
}

function logExtent(values: number[], margin: number): [number, number] {
  const [low, high] = extentOf(values.map(Math.log10), margin);
  return [10 ** low, 10 ** high];
}

function dominates(a: FrontPoint, b: FrontPoint, { better }: FrontAxis): boolean {
  const gain = better === "higher" ? a.value - b.value : b.value - a.value;
  return a.l0 <= b.l0 && gain >= 0 && (a.l0 < b.l0 || gain > 0);
}

/** Labels the best points, or all if they are few, as long as no label would run into another. */
function label(points: PlacedFrontPoint[]): void {
  const taken: PlacedFrontPoint[] = [];
  const first = points.filter(({ best }) => best || points.length <= LABELLED);
  for (const point of first
    .filter(({ below }) => !below)
    .sort((a, b) => Number(b.best) - Number(a.best) || a.x - b.x)) {
    const isFree = taken.every(
      ({ x, y }) => Math.abs(y - point.y) > 13 || Math.abs(x - point.x) > 35,
    );
    if (!isFree) continue;
    point.label = point.x > 60 ? "left" : "right";
    taken.push(point);
  }
}
