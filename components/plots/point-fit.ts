/** Room around the points, in pixels of the page. */
const margin = 14;

/** Positions within a plot of this size: all are seen, distances keep their proportions, y goes up. */
export function fitPoints(
  x: Float32Array,
  y: Float32Array,
  width: number,
  height: number,
): { x: Float32Array; y: Float32Array } {
  const [left, right] = extentOf(x);
  const [bottom, top] = extentOf(y);
  const scale = Math.min(
    (width - 2 * margin) / (right - left || 1),
    (height - 2 * margin) / (top - bottom || 1),
  );
  const [middleX, middleY] = [(left + right) / 2, (bottom + top) / 2];
  return {
    x: x.map((value) => width / 2 + (value - middleX) * scale),
    y: y.map((value) => height / 2 - (value - middleY) * scale),
  };
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
