/** A bar from 0 to the value, in percent of an axis that reaches over `domain`; both lie within it. */
export function barOf(
  value: number,
  [low, high]: readonly [number, number],
): { left: number; width: number } {
  if (!Number.isFinite(value) || !(high > low)) return { left: 0, width: 0 };
  const at = (x: number) => (100 * (Math.min(high, Math.max(low, x)) - low)) / (high - low);
  const [zero, end] = [at(0), at(value)];
  return { left: Math.min(zero, end), width: Math.abs(end - zero) };
}

/** An axis for bars of these values: from 0, or from one side of it to the other. */
export function barDomain(values: readonly number[]): [number, number] {
  const known = values.filter(Number.isFinite);
  return [Math.min(0, ...known), Math.max(0, ...known)];
}
