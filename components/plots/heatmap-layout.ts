import { max } from "d3-array";
import { scaleLinear } from "d3-scale";

export type HeatCell = {
  row: number;
  column: number;
  value: number | null;
  /** how far from neutral, from 0 to 1, and to which side */
  shade: number;
  side: "above" | "below";
};

/**
 * A square matrix as rows of cells, shaded by how far each value is from `neutral`: the farthest beside the
 * diagonal has all of the colour. The diagonal compares a thing with itself, and is left without any.
 */
export function heatmapLayout(
  matrix: readonly (readonly (number | null)[])[],
  neutral: number,
): HeatCell[][] {
  const cells = matrix.map((values, row) =>
    values.map((value, column) => ({ row, column, value: row === column ? null : value })),
  );
  const distance = (value: number | null) => (value === null ? 0 : Math.abs(value - neutral));
  const farthest = max(cells.flat(), ({ value }) => distance(value)) || 1;
  const shadeOf = scaleLinear([0, farthest], [0, 1]);
  return cells.map((row) =>
    row.map((cell) => ({
      ...cell,
      shade: shadeOf(distance(cell.value)),
      side: cell.value !== null && cell.value < neutral ? "below" : "above",
    })),
  );
}
