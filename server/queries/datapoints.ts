import "server-only";
import type { DatapointPoints } from "@/lib/views.ts";
import { pool } from "../db.ts";
import { findRevision } from "./dictionaries.ts";

/** Every datapoint of a dictionary, or null if there is no such dictionary or revision. */
export async function listPoints(
  model: string,
  slug: string,
  revision?: string | null,
): Promise<DatapointPoints | null> {
  const found = await findRevision(model, slug, revision);
  if (!found) return null;
  const { rows } = await pool().query<(number | null)[]>({
    text: `SELECT context, position, token_id, origin, l0, ce_diff, squared_error, norm_x,
        umap_x, umap_y
      FROM datapoint WHERE revision_id = $1 ORDER BY index`,
    values: [found.id],
    rowMode: "array", // 30,000 rows in half the time that objects take
  });
  const ints = (column: number) => Int32Array.from(rows, (row) => row[column] as number);
  const floats = (column: number) => Float32Array.from(rows, (row) => row[column] ?? Number.NaN);
  return {
    context: ints(0),
    position: ints(1),
    token_id: ints(2),
    origin: ints(3),
    l0: ints(4),
    ce_diff: floats(5),
    squared_error: floats(6),
    norm_x: floats(7),
    umap_x: floats(8),
    umap_y: floats(9),
  };
}
