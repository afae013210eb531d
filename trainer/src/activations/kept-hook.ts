import { open } from "node:fs/promises";
import { join } from "node:path";
import { BundleError } from "../bundle/index.ts";
import { bytesPerNumber, type Dtype } from "./dtype.ts";
import type { Harvested } from "./header.ts";

/** One hook's rows in files of a folder. */
export type KeptHook = {
  width: number;
  dtype: Dtype;
  /** how many of the chunks are kept, from the first on */
  kept: number;
  chunk(i: number, signal?: AbortSignal): Promise<Uint8Array>;
  heldOut(): Promise<Uint8Array>;
};

type Files = {
  shards: { file: string; chunks: number }[];
  held_out: { file: string; rows: number };
};

/** Reads a folder's files; `ready` is awaited before anything is read from one. */
export function keptHook(
  dir: string,
  { width, dtype, chunks }: Pick<Harvested, "width" | "dtype" | "chunks">,
  { shards, held_out }: Files,
  ready: (file: string, signal?: AbortSignal) => Promise<void>,
): KeptHook {
  const places = placesOf(chunks, shards);
  async function read(
    { file, row, rows }: { file: string; row: number; rows: number },
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    await ready(file, signal);
    const rowBytes = width * bytesPerNumber[dtype];
    return readAt(join(dir, file), rows * rowBytes, row * rowBytes);
  }
  return {
    width,
    dtype,
    kept: places.length,
    chunk: (i, signal) => read(places[i], signal),
    heldOut: () => read({ ...held_out, row: 0 }),
  };
}

/** Which file each chunk lies in, and which of its rows it is. */
function placesOf(chunks: Harvested["chunks"], shards: Files["shards"]) {
  const places: { file: string; row: number; rows: number }[] = [];
  for (const { file, chunks: n } of shards) {
    let row = 0;
    for (const chunk of chunks.slice(places.length, places.length + n)) {
      places.push({ file, row, rows: chunk.rows });
      row += chunk.rows;
    }
  }
  return places;
}

async function readAt(path: string, length: number, position: number): Promise<Uint8Array> {
  const into = new Uint8Array(length);
  const file = await open(path);
  try {
    for (let at = 0; at < length; ) {
      const { bytesRead } = await file.read(into, at, length - at, position + at);
      if (bytesRead === 0) throw new BundleError(`${path}: ends too early`);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
  return into;
}
