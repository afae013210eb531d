import { tokenLabel } from "@/lib/tokens.ts";
import type { DatapointPoints, MapHeader } from "@/lib/views.ts";
import type { Named } from "../../map/colorings.ts";
import { fetchColumns, type Progress } from "../../map/fetch-columns.ts";

/** The datapoints of a map, column by column; `index` is their row in datapoints.parquet. */
export type MapPoints = DatapointPoints & { index: Int32Array; tokens: Named[] };

export async function fetchPoints(
  address: string,
  onProgress: Progress,
  signal: AbortSignal,
): Promise<MapPoints> {
  const { columns, header } = await fetchColumns(address, onProgress, signal);
  const tokens = (header as MapHeader).tokens.map(({ id, token, datapoints }) => ({
    id,
    text: tokenLabel(token),
    points: datapoints,
  }));
  return { ...(columns as Omit<MapPoints, "tokens">), tokens };
}
