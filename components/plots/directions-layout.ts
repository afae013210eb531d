export type Direction = { x: number; y: number };
/** From the origin to a point in a square drawing of side `size`, y upwards; where its label stands. */
export type Ray = {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  labelX: number;
  labelY: number;
};

/** Room around the unit circle, for labels. */
const MARGIN = 0.2;

/** Unit vectors as rays from the middle; `reach` is how far they go, 1 being the circle. */
export function directionsLayout(
  directions: readonly Direction[],
  size: number,
  reach: number,
): Ray[] {
  const middle = size / 2;
  const radius = middle / (1 + MARGIN);
  const to = (share: number, { x, y }: Direction) => [
    round(middle + share * radius * x),
    round(middle - share * radius * y),
  ];
  return directions.map((direction) => {
    const [x2 = 0, y2 = 0] = to(reach, direction);
    const [labelX = 0, labelY = 0] = to(reach + MARGIN / 2, direction);
    return { x1: middle, y1: middle, x2, y2, labelX, labelY };
  });
}

export function circleOf(size: number): { cx: number; cy: number; r: number } {
  return { cx: size / 2, cy: size / 2, r: size / 2 / (1 + MARGIN) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
