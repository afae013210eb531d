import "server-only";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { BundleError } from "trainer/bundle";
import { type DecoderMatch, matchDecoders, readDecoder } from "trainer/match";
import { db } from "../db.ts";
import { packMatch } from "../packed-match.ts";
import { bundleKey, storage } from "../storage.ts";
import { MAX_ATTEMPTS } from "./job.ts";
import { whileHolding } from "./lock.ts";

const INTERVAL_MS = 400;

/** Compares two decoders, unless another worker is at it or it is finished. */
export async function runCompareJob(id: string, signal: AbortSignal): Promise<void> {
  await whileHolding(id, async () => {
    const job = await db().comparison.findUnique({ where: { id }, omit: { result: true } });
    if (!job || job.state === "done" || job.state === "failed") return;
    const attempts = job.attempts + 1;
    const set = (data: object) =>
      db().comparison.update({ where: { id }, data, select: { id: true } });
    if (attempts > MAX_ATTEMPTS) {
      await set({ state: "failed", error: "given up: its workers died over it" });
      return;
    }
    await set({ state: "running", attempts, done: 0 });
    try {
      const result = packMatch(await compare(job, set, signal));
      await set({ state: "done", error: null, result });
    } catch (error) {
      if (signal.aborted) await set({ state: "waiting", attempts: attempts - 1 });
      else if (error instanceof BundleError) await set({ state: "failed", error: error.message });
      else {
        console.error(`comparison ${id}:`, error);
        await set(
          attempts < MAX_ATTEMPTS
            ? { state: "waiting" }
            : { state: "failed", error: "something went wrong in the hub; its log says what" },
        );
      }
    }
  });
}

async function compare(
  { a_sha256, b_sha256 }: { a_sha256: string; b_sha256: string },
  set: (data: object) => Promise<unknown>,
  signal: AbortSignal,
): Promise<DecoderMatch> {
  const dir = await mkdtemp(join(tmpdir(), "compare-"));
  try {
    const [a, b] = [await decoderOf(a_sha256, dir), await decoderOf(b_sha256, dir)];
    if (a.shape[1] !== b.shape[1])
      throw new BundleError(
        `decoder rows of width ${a.shape[1]} and of width ${b.shape[1]} have no cosine`,
      );
    const total = a.shape[0] ?? 0;
    let writtenAt = 0;
    let writing: Promise<unknown> = Promise.resolve();
    const report = (done: number) => {
      if (Date.now() - writtenAt < INTERVAL_MS) return;
      writtenAt = Date.now();
      writing = writing.then(() => set({ done, total })).catch(() => {});
    };
    const match = await matchDecoders(a, b, { threads: availableParallelism(), report, signal });
    await writing; // or it would overwrite what comes after
    return match;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The decoder of the weights with that hash, out of the tar of a bundle that holds them. */
async function decoderOf(sha256: string, dir: string) {
  const file = await db().revisionFile.findFirst({
    where: { name: "sae_weights.safetensors", sha256 },
    include: { revision: { select: { manifest_sha256: true } } },
  });
  if (!file) throw new BundleError(`weights ${sha256} are no longer on this hub`);
  const path = join(dir, sha256);
  const start = Number(file.offset);
  const range = { start, end: start + Number(file.bytes) };
  const key = bundleKey(file.revision.manifest_sha256);
  await pipeline(storage().read(key, range), createWriteStream(path));
  const decoder = readDecoder(path);
  await rm(path);
  return decoder;
}
