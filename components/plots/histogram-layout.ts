import { max as largestOf } from "d3-array";
import { plotScale, type Scale } from "./scale.ts";

/** Counts in equal bins over [min, max]. */
export type Bins = { counts: readonly number[]; min: number; max: number };

export type Bar = {
  /** percent of the width */
  x: number;
  width: number;
  /** pixels */
  y: number;
  height: number;
  count: number;
  /** the bin's range */
  from: number;
  to: number;
};

type Layout = { bars: Bar[]; x: Scale; y: Scale };

/**
 * One bar per nonempty bin. On a log scale the axis starts below one, so that a single count still
 * has a bar.
 */
export function histogramLayout(bins: Bins, height: number, kind: "linear" | "log"): Layout {
  const { counts, min, max } = bins;
  const largest = Math.max(1, largestOf(counts) ?? 1);
  const floor = kind === "log" ? 0.5 : 0;
  const x = plotScale("linear", [min, max > min ? max : min + 1], [0, 100]);
  const y = plotScale(kind, [floor, Math.max(largest, kind === "log" ? 10 : 1)], [height, 0], 3);
  y.ticks = y.ticks.filter(({ value }) => Number.isInteger(value)); // there are no half counts
  const width = 100 / counts.length;
  const step = (max - min) / counts.length;
  const bars = counts.flatMap((count, i) => {
    if (count === 0) return [];
    const top = y(count);
    const bar = { x: i * width, width, y: top, height: height - top, count };
    return [{ ...bar, from: min + i * step, to: min + (i + 1) * step }];
  });
  return { bars, x, y };
}
