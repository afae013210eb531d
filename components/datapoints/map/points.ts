import { byteLengthOf, decodeColumns } from "@/lib/columns.ts";
import type { DatapointPoints, MapHeader } from "@/lib/views.ts";

/** The datapoints of a map, column by column; `index` is their row in datapoints.parquet. */
export type MapPoints = DatapointPoints & { index: Int32Array; tokens: MapHeader["tokens"] };

/** Reads the map's points, saying how far it is from 0 to 1. */
export async function fetchPoints(
  address: string,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<MapPoints> {
  const response = await fetch(address, { signal });
  if (!response.ok || !response.body) throw new Error(`the hub answered ${response.status}`);
  const parts: Uint8Array[] = [];
  let done = 0;
  let total = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (total === 0 && part.value.length >= 4) total = byteLengthOf(part.value.slice(0, 4).buffer);
    parts.push(part.value);
    done += part.value.length;
    if (total > 0) onProgress(done / total);
  }
  const { columns, header } = decodeColumns(await new Blob(parts as BlobPart[]).arrayBuffer());
  return { ...(columns as Omit<MapPoints, "tokens">), tokens: (header as MapHeader).tokens };
}
