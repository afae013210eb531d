import { extent, ticks as roundTicks } from "d3-array";
import { scaleLinear, scaleLog, scaleSymlog } from "d3-scale";
import { formatPower, formatShort } from "@/lib/format.ts";

/*
 * Across, a plot is measured in percent of its width, so that it fits any column without a script;
 * down, in pixels.
 */

export type Tick = { value: number; at: number; label: string };

export type Scale = { (value: number): number; ticks: Tick[] };

/** symlog: as log from a few on, with a place for 0 */
export type Kind = "linear" | "log" | "symlog";

/** A scale with its labelled ticks, from `domain` onto `range`; `domain` must be positive for "log". */
export function plotScale(
  kind: Kind,
  domain: readonly [number, number],
  range: readonly [number, number],
  ticks = 4,
): Scale {
  if (kind === "log") {
    const scale = scaleLog(domain, range);
    const at = logTicks(domain);
    return Object.assign((value: number) => scale(value), {
      ticks: at.map((value) => ({ value, at: scale(value), label: formatPower(value) })),
    });
  }
  if (kind === "symlog") {
    const scale = scaleSymlog(domain, range);
    return Object.assign((value: number) => scale(value), {
      ticks: symlogTicks(domain).map((value) => ({
        value,
        at: scale(value),
        label: formatShort(value),
      })),
    });
  }
  const scale = scaleLinear(domain, range);
  return Object.assign((value: number) => scale(value), {
    ticks: scale
      .ticks(ticks)
      .map((value) => ({ value, at: scale(value), label: formatShort(value, 6) })),
  });
}

/** Smallest and largest of the values, widened when they are one value, and by `margin` of their span. */
export function extentOf(values: readonly number[], margin = 0): [number, number] {
  const [min, max] = extent(values.filter(Number.isFinite));
  if (min === undefined || max === undefined) return [0, 1];
  const span = max > min ? max - min : Math.abs(max) || 1;
  const pad = max > min ? span * margin : span * Math.max(margin, 0.1);
  return [min - pad, max + pad];
}

/**
 * Powers of ten within the domain, six at most; with fewer than three of them multiples as well, and
 * in a domain too narrow for those, round numbers.
 */
function logTicks([low, high]: readonly [number, number]): number[] {
  const powers: number[] = [];
  for (let p = Math.floor(Math.log10(low)); p <= Math.ceil(Math.log10(high)); p++) powers.push(p);
  const times = (multiples: number[]) =>
    powers
      .flatMap((p) => multiples.map((m) => m * 10 ** p))
      .filter((value) => value >= low * 0.999 && value <= high * 1.001);
  const decades = times([1]);
  if (decades.length < 3) {
    const finer = [times([1, 2, 5]), times([1, 2, 3, 4, 6, 8])];
    return finer.find((few) => few.length >= 3) ?? roundTicks(low, high, 4);
  }
  const every = Math.ceil(decades.length / 6);
  return decades.filter((_, i) => (decades.length - 1 - i) % every === 0);
}

/** 0, 1, 2, 5, 10, 20 … within the domain. */
function symlogTicks([low, high]: readonly [number, number]): number[] {
  const powers = Array.from({ length: Math.max(1, Math.ceil(Math.log10(high)) + 1) }, (_, p) => p);
  const positive = powers.flatMap((p) => [1, 2, 5].map((m) => m * 10 ** p));
  return [0, ...positive].filter((value) => value >= low && value <= high);
}
