import { join } from "node:path";
import { hashFile } from "../bundle/hash.ts";
import type { Report } from "../bundle/index.ts";
import { computeChunks } from "./compute.ts";
import { refuseSmallDisk } from "./disk.ts";
import { type ActivationsHeader, bytesOf, type KeptFile } from "./header.ts";
import { finishFolder, type HookFolder, holds } from "./hook-folder.ts";
import type { Chunk, Origin, Plan, Shard } from "./plan.ts";
import { WholeFile } from "./whole-file.ts";

export type HarvestInput = Origin & {
  /** gets a folder for each hook */
  dir: string;
  report: Report;
  /** once it is aborted, its reason is thrown; finished shards stay */
  signal?: AbortSignal;
  /** of activations that are kept on disk, default: all */
  most_bytes?: number;
  /** nothing that is read back depends on it */
  shard_rows?: number;
};

/** Files to write into each of some folders, in order. */
export type Work = HarvestInput & { plan: Plan; folders: HookFolder[]; files: Shard[] };

/** Those that a folder lacks, if there is room for them. */
export async function missingFiles(work: Work): Promise<Set<Shard>> {
  const { dir, plan, folders, files } = work;
  const missing = new Set<Shard>();
  let bytes = 0;
  for (const file of files) {
    const there = await Promise.all(folders.map((folder) => holds(folder, file, plan)));
    if (there.every(Boolean)) continue;
    missing.add(file);
    for (const { hook } of folders) bytes += bytesOf(file, hook, plan);
  }
  await refuseSmallDisk(dir, bytes);
  return missing;
}

/** Writes what is missing, says when each file is there in all folders, and ends them with their headers. */
export async function writeFiles(
  work: Work,
  missing: Set<Shard>,
  isThere: () => void,
): Promise<ActivationsHeader[]> {
  const { plan, folders, files, tokens, report } = work;
  if (folders.length === 0) return [];
  const total = tokensIn(
    files.flatMap(({ chunks }) => chunks),
    tokens.context_size,
  );
  let done = 0;
  const advance = (chunks: Chunk[]) => {
    done += tokensIn(chunks, tokens.context_size);
    report({ stage: "harvest", done, total, unit: "tokens" });
  };
  const toCompute = files.filter((file) => missing.has(file)).flatMap(({ chunks }) => chunks);
  const hooks = folders.map(({ hook }) => hook);
  const computed = computeChunks({ ...plan, hooks }, toCompute, work);
  const kept: (KeptFile & { chunks: number })[][] = folders.map(() => []);
  try {
    for (const file of files) {
      const hashes = missing.has(file)
        ? await writeFile(file, computed, work, advance)
        : await hashFiles(file, folders);
      if (!missing.has(file)) advance(file.chunks);
      const { file: name, rows, chunks } = file;
      folders.forEach(({ hook }, i) => {
        const bytes = bytesOf(file, hook, plan);
        kept[i].push({ file: name, chunks: chunks.length, rows, bytes, sha256: hashes[i] });
      });
      isThere();
    }
  } finally {
    await computed.return(undefined);
  }
  const headers: ActivationsHeader[] = [];
  for (const [i, folder] of folders.entries()) {
    const [{ chunks: _, ...held_out }, ...shards] = kept[i];
    headers.push(await finishFolder(folder, shards, held_out));
  }
  return headers;
}

async function hashFiles({ file }: Shard, folders: HookFolder[]): Promise<string[]> {
  const hashes: string[] = [];
  for (const { dir } of folders) hashes.push((await hashFile(join(dir, file))).sha256);
  return hashes;
}

/** Writes one file into each folder out of the next of `computed`, and returns their sha256. */
async function writeFile(
  shard: Shard,
  computed: AsyncGenerator<Uint8Array[], undefined>,
  { plan, folders, signal }: Work,
  advance: (chunks: Chunk[]) => void,
): Promise<string[]> {
  const files: WholeFile[] = [];
  try {
    for (const { dir } of folders) files.push(await WholeFile.create(join(dir, shard.file)));
    const left = folders.map(({ hook }) => bytesOf(shard, hook, plan));
    for (const chunk of shard.chunks) {
      signal?.throwIfAborted();
      const found = (await computed.next()).value as Uint8Array[];
      for (const [i, file] of files.entries()) {
        const bytes = found[i].subarray(0, left[i]); // of held-out rows, no more are kept
        left[i] -= bytes.length;
        await file.append(bytes);
      }
      advance([chunk]);
    }
    const hashes: string[] = [];
    for (const file of files) hashes.push(await file.finish());
    return hashes;
  } catch (error) {
    for (const file of files) await file.discard();
    throw error;
  }
}

function tokensIn(chunks: Chunk[], context_size: number): number {
  return chunks.reduce((sum, { first, last }) => sum + (last - first) * context_size, 0);
}
