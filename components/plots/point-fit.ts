/** Room around the points, in pixels of the page. */
const margin = 14;

/** From coordinates, of which y goes up, to a plot: x · scale + left, top − y · scale. */
export type Fit = { scale: number; left: number; top: number };

/** How points lie within a plot of this size: all are seen, distances keep their proportions. */
export function fitOf(x: Float32Array, y: Float32Array, width: number, height: number): Fit {
  const [left, right] = extentOf(x);
  const [bottom, top] = extentOf(y);
  const scale = Math.min(
    (width - 2 * margin) / (right - left || 1),
    (height - 2 * margin) / (top - bottom || 1),
  );
  return {
    scale,
    left: width / 2 - ((left + right) / 2) * scale,
    top: height / 2 + ((bottom + top) / 2) * scale,
  };
}

export function placePoints({ scale, left, top }: Fit, x: Float32Array, y: Float32Array) {
  return {
    x: x.map((value) => left + value * scale),
    y: y.map((value) => top - value * scale),
  };
}

/** The coordinates of places in the plot, x and y in turn. */
export function placesOf({ scale, left, top }: Fit, xy: readonly number[]): number[] {
  return xy.map((value, i) => (i % 2 === 0 ? value - left : top - value) / scale);
}

/** A disc's radius in pixels of the page: the smaller the more points there are, and growing as one comes nearer. */
export function radiusOf(points: number, k: number): number {
  const atRest = Math.min(3.5, Math.max(1.25, 240 / Math.sqrt(points)));
  return Math.min(6, atRest * (1 + 0.25 * Math.log2(k)));
}

function extentOf(values: Float32Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}
