import { mix, type Oklch, type Rgb, toHex } from "@/lib/color.ts";
import { countingSort } from "./point-grid.ts";

/** How a map shows its points: what each is filled with, and which are drawn first. */
export type Paint = { colors: Uint32Array; order: Uint32Array };

/** A continuous scale: `low` and `high` are its ends, beyond which the colour does not change. */
export type ColorScale = {
  kind: "diverging" | "linear" | "log";
  low: number;
  high: number;
  /** how many values lie beyond the ends */
  clipped: number;
  /** from low to high, as "#rrggbb" */
  stops: string[];
};

type Shades = readonly [Oklch, Oklch, Oklch];
type Palette = {
  surface: Oklch;
  faded: Oklch;
  other: Oklch;
  diverging: Shades;
  sequential: Shades;
};

/*
 * As in globals.css, blue is below 0 and orange above. Of what runs in one direction, more is farther
 * from the paper. Lightness alone tells the ends apart from the middle, for those who see no hue.
 */
const light: Palette = {
  surface: [1, 0, 0],
  faded: [0.93, 0.004, 80],
  other: [0.84, 0.006, 80],
  diverging: [
    [0.42, 0.14, 255],
    [0.89, 0.006, 80],
    [0.6, 0.19, 42],
  ],
  sequential: [
    [0.9, 0.07, 100],
    [0.66, 0.11, 200],
    [0.34, 0.13, 275],
  ],
};
const dark: Palette = {
  surface: [0.205, 0.007, 60],
  faded: [0.27, 0.007, 60],
  other: [0.38, 0.008, 60],
  diverging: [
    [0.76, 0.12, 245],
    [0.35, 0.008, 60],
    [0.78, 0.17, 55],
  ],
  sequential: [
    [0.38, 0.1, 280],
    [0.63, 0.11, 205],
    [0.94, 0.1, 100],
  ],
};

/** Okabe and Ito's colours, which are told apart without full colour vision, made to stand on either paper. */
const categories: readonly Oklch[] = [
  [0.62, 0.17, 45],
  [0.55, 0.12, 250],
  [0.6, 0.11, 165],
  [0.72, 0.15, 75],
  [0.72, 0.1, 235],
  [0.66, 0.13, 345],
  [0.5, 0.14, 300],
  [0.68, 0.15, 125],
];

const steps = 256;

function paletteOf(isDark: boolean): Palette {
  return isDark ? dark : light;
}

/** The picture's own colour, and that of points which a selection leaves out. */
export function paperOf(isDark: boolean): { surface: number; faded: number } {
  const { surface, faded } = paletteOf(isDark);
  return { surface: pixelOf(mix(surface, surface, 0)), faded: pixelOf(mix(faded, faded, 0)) };
}

/** Of points that have no value on the scale. */
export function greyOf(isDark: boolean): number {
  const { other } = paletteOf(isDark);
  return pixelOf(mix(other, other, 0));
}

/**
 * The scale of these values. Its ends leave out the outermost hundredth, or a few far values would
 * leave all others one colour: of "diverging" by their distance from 0, of the others on either side.
 */
export function colorScale(
  kind: ColorScale["kind"],
  values: Float32Array,
  isDark: boolean,
): ColorScale {
  const usable = values.filter((value) => Number.isFinite(value) && (kind !== "log" || value > 0));
  const { diverging, sequential } = paletteOf(isDark);
  const stops = ramp(kind === "diverging" ? diverging : sequential).map(toHex);
  const [low, high] = ends(kind, usable);
  const clipped = usable.reduce((n, value) => n + (value < low || value > high ? 1 : 0), 0);
  return { kind, low, high, clipped, stops };
}

function ends(kind: ColorScale["kind"], values: Float32Array): [number, number] {
  if (values.length === 0) return [0, 0];
  if (kind === "diverging") {
    const far = quantile(values.map(Math.abs).sort(), 0.99);
    return [-far, far];
  }
  const sorted = values.slice().sort();
  return [quantile(sorted, 0.01), quantile(sorted, 0.99)];
}

/** Of ascending values, between two of them in proportion. */
function quantile(sorted: Float32Array, q: number): number {
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const [below, above] = [sorted[low] as number, sorted[Math.ceil(at)] as number];
  return below + (above - below) * (at - low);
}

/** Where on the scale a value lies, from 0 to 1; in the middle if all values are one. */
export function shareOf({ kind, low, high }: ColorScale, value: number): number {
  const at = kind === "log" ? Math.log : Number;
  const share = (at(value) - at(low)) / (at(high) - at(low));
  return Number.isNaN(share) ? 0.5 : Math.min(1, Math.max(0, share));
}

/** Each point in its value's colour. Drawn last, and so on top, are those farthest from 0, or the largest. */
export function paintByScale(scale: ColorScale, values: Float32Array): Paint {
  const pixels = Uint32Array.from(scale.stops, pixelOfHex);
  const steps = Uint8Array.from(values, (value) =>
    Math.round(shareOf(scale, value) * (pixels.length - 1)),
  );
  const middle = (pixels.length - 1) / 2;
  const keys =
    scale.kind === "diverging" ? steps.map((step) => Math.round(Math.abs(step - middle))) : steps;
  return {
    colors: Uint32Array.from(steps, (step) => pixels[step] as number),
    order: countingSort(keys, pixels.length).items,
  };
}

/** Each point in its category's colour; those of none, which are −1, are drawn first. */
export function paintByCategory(category: Int32Array, isDark: boolean): Paint {
  const { other } = paletteOf(isDark);
  const pixels = [other, ...categories].map((color) => pixelOf(mix(color, color, 0)));
  return {
    colors: Uint32Array.from(category, (at) => pixels[at + 1] as number),
    order: countingSort(
      category.map((at) => (at < 0 ? 0 : 1)),
      2,
    ).items,
  };
}

/** A category's colour, or that of the others, as "#rrggbb". */
export function categoryColor(category: number, isDark: boolean): string {
  const color = categories[category] ?? paletteOf(isDark).other;
  return toHex(mix(color, color, 0));
}

/** Points that are not chosen have this one colour and are drawn first. */
export function muted({ colors, order }: Paint, chosen: Uint8Array, pixel: number): Paint {
  const ranks = Uint8Array.from(order, (i) => chosen[i] as number);
  return {
    colors: colors.map((color, i) => (chosen[i] ? color : pixel)),
    order: countingSort(ranks, 2).items.map((rank) => order[rank] as number),
  };
}

function ramp([low, middle, high]: Shades): Rgb[] {
  return Array.from({ length: steps }, (_, i) => {
    const share = (2 * i) / (steps - 1);
    return share < 1 ? mix(low, middle, share) : mix(middle, high, share - 1);
  });
}

function pixelOf(rgb: Rgb): number {
  return pixelOfHex(toHex(rgb));
}

/** "#rrggbb" → 0xAABBGGRR */
function pixelOfHex(hex: string): number {
  const rgb = Number.parseInt(hex.slice(1), 16);
  return (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >>> 16)) >>> 0;
}
