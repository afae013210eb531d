import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { hashFile } from "../bundle/hash.ts";
import { BundleError } from "../bundle/index.ts";
import { readJson } from "../bundle/json-files.ts";
import { type ActivationsHeader, activationsHeader } from "./header.ts";
import type { ActivationSource } from "./source.ts";

/**
 * Opens the folder that `harvest` filled. Sizes are checked here; a shard's sha256 when something is first
 * read from it.
 */
export async function openActivations(
  dir: string,
): Promise<ActivationSource & { header: ActivationsHeader }> {
  const header = await readJson(join(dir, "activations.json"), activationsHeader);
  const { d_in, rows, chunks, shards } = header;
  for (const { file, bytes } of shards) {
    const found = await stat(join(dir, file)).catch(() => null);
    if (found?.size !== bytes)
      throw new BundleError(
        `${join(dir, file)}: ${found ? `${found.size} bytes` : "missing"} (expected ${bytes} bytes)`,
      );
  }
  const places = placesOf(header);
  const checked = new Map<string, Promise<void>>();
  const check = (shard: Shard) => {
    const seen = checked.get(shard.file) ?? checkHash(dir, shard);
    checked.set(shard.file, seen);
    return seen;
  };
  return {
    header,
    d_in,
    d_out: null,
    rows,
    chunks: chunks.length,
    chunkRows: (i) => chunks[i].rows,
    async chunk(i) {
      const { shard, row } = places[i];
      await check(shard);
      const x = new Float32Array(chunks[i].rows * d_in);
      await readAt(join(dir, shard.file), new Uint8Array(x.buffer), row * d_in * 4);
      return { x, y: null };
    },
  };
}

type Shard = ActivationsHeader["shards"][number];

/** Which shard each chunk lies in, and at which of its rows. */
function placesOf({ chunks, shards, d_in }: ActivationsHeader): { shard: Shard; row: number }[] {
  const places: { shard: Shard; row: number }[] = [];
  for (const shard of shards) {
    let row = 0;
    for (const chunk of chunks.slice(places.length, places.length + shard.chunks)) {
      places.push({ shard, row });
      row += chunk.rows;
    }
    if (row * d_in * 4 !== shard.bytes)
      throw new BundleError(
        `activations.json: ${shard.file} is said to hold ${row} rows of ${d_in} and ${shard.bytes} bytes`,
      );
  }
  if (places.length !== chunks.length)
    throw new BundleError(
      `activations.json: the shards hold ${places.length} chunks (expected ${chunks.length})`,
    );
  return places;
}

async function checkHash(dir: string, { file, sha256 }: Shard): Promise<void> {
  const found = await hashFile(join(dir, file));
  if (found.sha256 !== sha256)
    throw new BundleError(`${join(dir, file)}: sha256 ${found.sha256} (expected ${sha256})`);
}

async function readAt(path: string, into: Uint8Array, position: number): Promise<void> {
  const file = await open(path);
  try {
    for (let at = 0; at < into.length; ) {
      const { bytesRead } = await file.read(into, at, into.length - at, position + at);
      if (bytesRead === 0) throw new BundleError(`${path}: ends too early`);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}
