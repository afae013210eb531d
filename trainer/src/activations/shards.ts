import { createHash } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { hashFile } from "../bundle/hash.ts";
import { BundleError } from "../bundle/index.ts";
import { withDiskErrors } from "./disk.ts";
import type { Chunk, Plan } from "./plan.ts";

export type PlannedShard = { file: string; bytes: number; chunks: Chunk[] };

export function cutIntoShards({ chunks, d_in }: Plan, shard_bytes: number): PlannedShard[] {
  const shards: PlannedShard[] = [];
  for (const chunk of chunks) {
    if ((shards.at(-1)?.bytes ?? Infinity) >= shard_bytes) {
      const file = `shard-${String(shards.length).padStart(5, "0")}.f32`;
      shards.push({ file, bytes: 0, chunks: [] });
    }
    const shard = shards[shards.length - 1];
    shard.chunks.push(chunk);
    shard.bytes += chunk.rows * d_in * 4;
  }
  return shards;
}

/** The sha256 of a shard that is there already: it gets its name only when it is whole. */
export async function hashOfFinished(path: string, bytes: number): Promise<string | null> {
  const size = await stat(path).then(
    (found) => found.size,
    () => null,
  );
  return size === bytes ? (await hashFile(path)).sha256 : null;
}

/** Writes one shard out of the next of `computed`, and returns its sha256; one chunk is checked while the last is written. */
export async function writeShard(
  { file, chunks }: PlannedShard,
  computed: AsyncGenerator<Float32Array, undefined>,
  plan: Plan,
  { dir, signal }: { dir: string; signal?: AbortSignal },
  advance: (chunks: Chunk[]) => void,
): Promise<string> {
  const path = join(dir, file);
  const partial = `${path}.tmp`;
  const hash = createHash("sha256");
  await withDiskErrors(dir, async () => {
    const out = await open(partial, "w");
    try {
      let writing: Promise<void> = Promise.resolve();
      let row = 0;
      for (const chunk of chunks) {
        signal?.throwIfAborted();
        const x = (await computed.next()).value as Float32Array;
        refuseNonFinite(x, plan, chunk, (i) => `${file}, row ${row + i}`);
        row += chunk.rows;
        const bytes = new Uint8Array(x.buffer, x.byteOffset, x.byteLength);
        hash.update(bytes);
        await writing;
        writing = out.writeFile(bytes);
        writing.catch(() => {}); // seen at the next await
        advance([chunk]);
      }
      await writing;
      await out.sync();
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    } finally {
      await out.close();
    }
    await rename(partial, path);
  });
  return hash.digest("hex");
}

function refuseNonFinite(
  x: Float32Array,
  { hook_name, d_in }: Plan,
  { first, last }: Chunk,
  nameOf: (row: number) => string,
): void {
  let at = 0;
  while (at < x.length && Number.isFinite(x[at])) at++; // a callback for each number takes ten times as long
  if (at < x.length)
    throw new BundleError(
      `${nameOf(Math.floor(at / d_in))}: ${hook_name} is ${x[at]} there (contexts ${first} to ${last - 1} of the text); the model's arithmetic overflows`,
    );
}
