/** Points in equal cells, so that the nearest one is found without looking at all of them. */
export type PointGrid = {
  x: Float32Array;
  y: Float32Array;
  /** the cell's side; cells go from (0, 0), points outside are in the outermost ones */
  side: number;
  across: number;
  down: number;
  /** cell c holds items[starts[c]] to items[starts[c + 1] - 1] */
  starts: Uint32Array;
  items: Uint32Array;
};

/** Puts the points of a plot of this size into cells, two in each on average. */
export function pointGrid(
  x: Float32Array,
  y: Float32Array,
  width: number,
  height: number,
): PointGrid {
  const side = Math.sqrt((2 * width * height) / Math.max(1, x.length)) || 1;
  const across = Math.max(1, Math.ceil(width / side));
  const down = Math.max(1, Math.ceil(height / side));
  const grid = { x, y, side, across, down };
  const cellOf = Uint32Array.from(x, (_, i) => {
    const column = clamp(Math.floor((x[i] as number) / side), across);
    return clamp(Math.floor((y[i] as number) / side), down) * across + column;
  });
  const { starts, items } = countingSort(cellOf, across * down);
  return { ...grid, starts, items };
}

/** The point nearest to (x, y) within the radius, or null. */
export function nearestPoint(grid: PointGrid, x: number, y: number, radius: number): number | null {
  const { side, across, down, starts, items } = grid;
  const [left, right] = [x - radius, x + radius].map((at) => clamp(Math.floor(at / side), across));
  const [top, bottom] = [y - radius, y + radius].map((at) => clamp(Math.floor(at / side), down));
  let nearest: number | null = null;
  let least = radius * radius;
  for (let row = top as number; row <= (bottom as number); row++)
    for (let column = left as number; column <= (right as number); column++) {
      const cell = row * across + column;
      for (let at = starts[cell] as number; at < (starts[cell + 1] as number); at++) {
        const i = items[at] as number;
        const [dx, dy] = [(grid.x[i] as number) - x, (grid.y[i] as number) - y];
        const distance = dx * dx + dy * dy;
        if (distance <= least) [least, nearest] = [distance, i];
      }
    }
  return nearest;
}

/** Indices in order of their keys, of equal keys in their own; starts[k] is where key k begins. */
export function countingSort(keys: ArrayLike<number>, kinds: number) {
  const starts = new Uint32Array(kinds + 1);
  for (let i = 0; i < keys.length; i++) add(starts, (keys[i] as number) + 1, 1);
  for (let k = 0; k < kinds; k++) add(starts, k + 1, starts[k] as number);
  const next = starts.slice();
  const items = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) items[add(next, keys[i] as number, 1)] = i;
  return { starts, items };
}

/** Adds to one of the values, and gives what it was before. */
function add(values: Uint32Array, at: number, amount: number): number {
  const before = values[at] as number;
  values[at] = before + amount;
  return before;
}

function clamp(cell: number, cells: number): number {
  return Math.min(cells - 1, Math.max(0, cell));
}
