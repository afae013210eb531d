import "server-only";
import { createHash } from "node:crypto";
import { stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { DictionaryPin } from "trainer/bundle";
import { db } from "../db.ts";
import { env } from "../env.ts";
import { cfgOf, type FoundRevision } from "../queries/dictionaries.ts";
import { bundleKey, folderStorage, storage } from "../storage.ts";

const NAME = "sae_weights.safetensors";

/** What the weights that were taken out of bundles may take on the disk; the least recently used go. */
const CACHE_BYTES = 8 * 2 ** 30;

/** A revision's dictionary as the process that computes takes it, its weights in a file of their own. */
export async function dictionaryPin(found: FoundRevision): Promise<DictionaryPin> {
  return {
    ...(await cachedWeights(found)),
    cfg: await cfgOf(found.id),
    token_policy: found.manifest.provenance.token_policy,
  };
}

/** A revision's weights, taken out of its stored bundle into a file of their own. */
export async function cachedWeights({
  id,
  summary,
}: FoundRevision): Promise<{ path: string; sha256: string }> {
  const { offset, bytes, sha256 } = await db().revisionFile.findUniqueOrThrow({
    where: { revision_id_name: { revision_id: id, name: NAME } },
  });
  const start = Number(offset);
  const end = start + Number(bytes);
  const read = () => storage().read(bundleKey(summary.revision), { start, end });
  return { path: await cachedFile(sha256, read), sha256 };
}

/** The path of a file with these bytes, written unless it is there. */
async function cachedFile(sha256: string, read: () => AsyncIterable<Uint8Array>): Promise<string> {
  const root = join(env().DATA_DIR, "cache");
  const cache = folderStorage(root);
  const key = `weights/${sha256}`;
  if ((await cache.size(key)) === null) {
    await cache.sweep();
    await cache.put(key, checked(read(), sha256));
    await removeOldest(root, key);
  }
  const path = join(root, key);
  const now = new Date();
  await utimes(path, now, now);
  return path;
}

async function* checked(source: AsyncIterable<Uint8Array>, sha256: string) {
  const hash = createHash("sha256");
  for await (const block of source) {
    hash.update(block);
    yield block;
  }
  const found = hash.digest("hex");
  if (found !== sha256) throw new Error(`a stored ${NAME} is damaged: ${found} is not ${sha256}`);
}

async function removeOldest(root: string, kept: string): Promise<void> {
  const cache = folderStorage(root);
  const files = await Promise.all(
    (await cache.list("weights")).map(async (key) => {
      const { size, mtimeMs } = await stat(join(root, key));
      return { key, size, mtimeMs };
    }),
  );
  let bytes = files.reduce((sum, { size }) => sum + size, 0);
  for (const { key, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (bytes <= CACHE_BYTES) return;
    if (key === kept) continue;
    await cache.delete(key);
    bytes -= size;
  }
}
