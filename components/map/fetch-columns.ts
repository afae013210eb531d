import { byteLengthOf, type Columns, decodeColumns } from "@/lib/columns.ts";

export type Progress = (share: number) => void;

/** Reads columns (see lib/columns.ts), saying how far it is from 0 to 1. */
export async function fetchColumns(
  address: string,
  onProgress: Progress,
  signal: AbortSignal,
): Promise<{ columns: Columns; header: unknown }> {
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
  return decodeColumns(await new Blob(parts as BlobPart[]).arrayBuffer());
}
