import { line } from "d3-shape";
import { extentOf, plotScale, type Scale } from "./scale.ts";

export type FrontPoint = { key: string; l0: number; fvu: number };

export type PlacedFrontPoint = FrontPoint & {
  /** percent of the width */
  x: number;
  /** pixels */
  y: number;
  /** no other point is at least as sparse and explains as much, and is better in one */
  best: boolean;
  labelOn: "left" | "right";
};

/** `front`: the path through the best points, from sparse to dense */
type Layout = { points: PlacedFrontPoint[]; front: string; x: Scale; y: Scale };

/** L0 across and FVU upwards, both on log scales: better is down and to the left. */
export function frontLayout(points: readonly FrontPoint[], height: number): Layout {
  const shown = points.filter(({ l0, fvu }) => l0 > 0 && fvu > 0 && Number.isFinite(l0 + fvu));
  const x = plotScale(
    "log",
    logExtent(
      shown.map(({ l0 }) => l0),
      0.15,
    ),
    [0, 100],
  );
  const y = plotScale(
    "log",
    logExtent(
      shown.map(({ fvu }) => fvu),
      0.2,
    ),
    [height, 0],
  );
  const placed = shown.map((point): PlacedFrontPoint => {
    const at = x(point.l0);
    const best = !shown.some((other) => dominates(other, point));
    return { ...point, x: at, y: y(point.fvu), best, labelOn: at > 60 ? "left" : "right" };
  });
  const best = placed.filter((point) => point.best).sort((a, b) => a.l0 - b.l0);
  const path = line<PlacedFrontPoint>(
    (point) => point.x,
    (point) => point.y,
  );
  return { points: placed, front: path(best) ?? "", x, y };
}

function logExtent(values: number[], margin: number): [number, number] {
  const [low, high] = extentOf(values.map(Math.log10), margin);
  return [10 ** low, 10 ** high];
}

function dominates(a: FrontPoint, b: FrontPoint): boolean {
  return a.l0 <= b.l0 && a.fvu <= b.fvu && (a.l0 < b.l0 || a.fvu < b.fvu);
}
