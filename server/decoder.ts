import "server-only";
import { buffer } from "node:stream/consumers";
import { NearestRows } from "@/lib/nearest-rows.ts";
import { db } from "./db.ts";
import { bundleKey, storage } from "./storage.ts";

/** W_dec of a stored bundle, read in pieces: its rows are the features' directions. */
export type Decoder = {
  rows: number;
  width: number;
  /** rows [from, to) one after another */
  read(from: number, to: number): Promise<Float32Array>;
};

const HEADER_LIMIT = 1 << 20;

export async function openDecoder(of: { id: number; revision: string }): Promise<Decoder> {
  const { offset } = await db().revisionFile.findUniqueOrThrow({
    where: { revision_id_name: { revision_id: of.id, name: "sae_weights.safetensors" } },
  });
  const key = bundleKey(of.revision);
  const bytes = (start: number, end: number) =>
    buffer(storage().read(key, { start: Number(offset) + start, end: Number(offset) + end }));
  // an ingest has checked the file: the length of its header, the header, then the numbers
  const length = Number((await bytes(0, 8)).readBigUInt64LE());
  if (length > HEADER_LIMIT)
    throw new Error(`weights of revision ${of.id}: a header of ${length} bytes`);
  const header = JSON.parse((await bytes(8, 8 + length)).toString());
  const [rows, width] = header.W_dec.shape as [number, number];
  const begin = 8 + length + header.W_dec.data_offsets[0];
  return {
    rows,
    width,
    async read(from, to) {
      const block = await bytes(begin + 4 * width * from, begin + 4 * width * to);
      return new Float32Array(new Uint8Array(block).buffer); // copied: it may lie unaligned
    },
  };
}

const BLOCK_NUMBERS = 1 << 18;

/** The rows of a decoder whose cosines with a row of another, as wide, are the largest, the largest first. */
export async function nearestRows(
  from: Decoder,
  row: number,
  to: Decoder,
  most: number,
): Promise<{ index: number; cosine: number }[]> {
  const nearest = new NearestRows(await from.read(row, row + 1), most);
  const block = Math.max(1, Math.floor(BLOCK_NUMBERS / to.width));
  for (let at = 0; at < to.rows; at += block)
    nearest.add(await to.read(at, Math.min(to.rows, at + block)));
  return nearest.found;
}
