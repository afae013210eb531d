import { max as largestOf } from "d3-array";
import type { Bins } from "./histogram-layout.ts";
import { plotScale, type Scale } from "./scale.ts";

/** A bin of both histograms: bars stand from the base line to y, in pixels; x in percent. */
export type PairedBar = {
  x: number;
  width: number;
  y: number;
  count: number;
  /** what the other counts there */
  outlined: number;
  from: number;
  to: number;
};

type Layout = { bars: PairedBar[]; outline: string; x: Scale; y: Scale };

/** Bars of one histogram, and the outline of another over the same bins, on one scale from 0. */
export function outlinedHistogramLayout(
  { counts, min, max }: Bins,
  others: readonly number[],
  height: number,
): Layout {
  const largest = Math.max(1, largestOf([...counts, ...others]) ?? 1);
  const x = plotScale("linear", [min, max], [0, 100], 5);
  const y = plotScale("linear", [0, largest], [height, 0], 3);
  const width = 100 / counts.length;
  const step = (max - min) / counts.length;
  const bars = counts.map((count, i) => ({
    x: i * width,
    width,
    y: y(count),
    count,
    outlined: others[i] ?? 0,
    from: min + i * step,
    to: min + (i + 1) * step,
  }));
  const steps = bars.map(({ x, outlined }) => `V${round(y(outlined))}H${round(x + width)}`);
  return { bars, outline: `M0,${height}${steps.join("")}V${height}`, x, y };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
