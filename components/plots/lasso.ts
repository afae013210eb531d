/** x and y in turn */
export type Polygon = readonly number[];

/** The points inside a polygon, by how often a ray to the right crosses its sides: odd is inside. */
export function pointsWithin(x: Float32Array, y: Float32Array, polygon: Polygon): number[] {
  const xs = polygon.filter((_, i) => i % 2 === 0);
  const ys = polygon.filter((_, i) => i % 2 === 1);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const found: number[] = [];
  for (let i = 0; i < x.length; i++) {
    const [px, py] = [x[i] as number, y[i] as number];
    if (px < left || px > right || py < top || py > bottom) continue;
    let inside = false;
    for (let a = 0, b = xs.length - 1; a < xs.length; b = a++) {
      const [ax, ay, bx, by] = [xs[a], ys[a], xs[b], ys[b]] as [number, number, number, number];
      if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) inside = !inside;
    }
    if (inside) found.push(i);
  }
  return found;
}
