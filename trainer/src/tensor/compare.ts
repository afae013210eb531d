/** max|x − y| / max|y|: how far x is from what is expected, in units of its largest number. */
export function maxRelativeDifference(
  x: { data: Float32Array },
  y: { data: Float32Array },
): number {
  if (x.data.length !== y.data.length) return Infinity;
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < y.data.length; i++) {
    const d = Math.abs(x.data[i] - y.data[i]);
    if (Number.isNaN(d)) return Infinity;
    difference = Math.max(difference, d);
    largest = Math.max(largest, Math.abs(y.data[i]));
  }
  return difference / largest;
}
