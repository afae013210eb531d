/*
 * Colours in OKLCH, where equal steps look equal; globals.css holds the palette in the same terms.
 */

/** lightness in [0, 1], chroma, hue in degrees */
export type Oklch = readonly [number, number, number];
export type Rgb = readonly [number, number, number];

/** the faintest shade of a token that is active at all, so that it can be seen */
const faintest = 0.14;

/** How much of the activation colour a token gets: 0 when inactive, 1 at the feature's maximum. */
export function activationShade(value: number, max: number): number {
  if (!(value > 0) || !(max > 0)) return 0;
  return faintest + (1 - faintest) * Math.min(1, value / max);
}

/** The colour `share` of the way from one to the other, mixed in OKLab as CSS's color-mix does. */
export function mix(from: Oklch, to: Oklch, share: number): Rgb {
  const a = toOklab(from);
  const b = toOklab(to);
  const at = (i: 0 | 1 | 2) => a[i] + (b[i] - a[i]) * share;
  return oklabToRgb([at(0), at(1), at(2)]);
}

/** rgb in [0, 1] → "#rrggbb" */
export function toHex(rgb: Rgb): string {
  return `#${rgb
    .map((c) =>
      Math.round(c * 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** WCAG 2: (L₁ + 0.05) / (L₂ + 0.05), the lighter over the darker; text wants 4.5. */
export function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance([r, g, b]: Rgb): number {
  return 0.2126 * toLinear(r) + 0.7152 * toLinear(g) + 0.0722 * toLinear(b);
}

function toOklab([lightness, chroma, hue]: Oklch): [number, number, number] {
  const angle = (hue * Math.PI) / 180;
  return [lightness, chroma * Math.cos(angle), chroma * Math.sin(angle)];
}

/** Ottosson's matrices: https://bottosson.github.io/posts/oklab/ */
function oklabToRgb([L, a, b]: readonly [number, number, number]): Rgb {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toGamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toGamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toGamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function toGamma(c: number): number {
  const clipped = Math.min(1, Math.max(0, c));
  return clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
}

function toLinear(c: number): number {
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}
