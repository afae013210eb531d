import "server-only";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BundleError } from "trainer/bundle";
import { dictionaryPath } from "@/lib/routes.ts";
import type { Upload } from "@/prisma/client/client";
import { db } from "../db.ts";
import { env } from "../env.ts";
import { ingestBundle } from "../ingest/ingest.ts";
import { unpackBundle } from "../ingest/unpack.ts";
import { type Storage, storage, uploadKey } from "../storage.ts";
import { whileHolding } from "./lock.ts";
import { JobProgress } from "./progress.ts";

/** A worker that dies over a job three times would die over it for ever. */
export const MAX_ATTEMPTS = 3;

/** Where jobs unpack; what a killed worker left there is removed when its job is taken up again. */
export function unpackFolder(): string {
  return join(env().DATA_DIR, "unpacking");
}

/** Takes in what was uploaded, unless another worker is at it or it is finished. */
export async function runIngestJob(id: string, signal: AbortSignal): Promise<void> {
  await whileHolding(id, async () => {
    const job = await db().job.findUnique({ where: { id }, include: { upload: true } });
    if (!job || job.state === "done" || job.state === "failed") return;
    const attempts = job.attempts + 1;
    if (attempts > MAX_ATTEMPTS) {
      await fail(id, job.upload, `given up after ${MAX_ATTEMPTS} attempts that did not end`);
      return;
    }
    await db().job.update({ where: { id }, data: { state: "running", attempts } });
    const progress = new JobProgress(id);
    try {
      const result = await ingestUpload(id, job.upload, progress, signal);
      await progress.flush();
      const data = { state: "done", step: "done", done: 1, total: 1, error: null, result } as const;
      await db().job.update({ where: { id }, data });
      await storage().delete(uploadKey(job.upload.id));
    } catch (error) {
      await progress.flush();
      await settle(id, job.upload, attempts, error, signal);
    }
  });
}

/** The address of the dictionary that the upload held. */
async function ingestUpload(
  id: string,
  upload: Upload,
  progress: JobProgress,
  signal: AbortSignal,
): Promise<string> {
  const { report } = progress;
  const dir = join(unpackFolder(), id);
  await rm(dir, { recursive: true, force: true });
  try {
    const source = await openUpload(storage(), upload);
    await unpackBundle(source, dir, { limit: env().MAX_UPLOAD_BYTES, report, signal });
    const { model, dictionary } = await ingestBundle(dir, {
      storage: storage(),
      report,
      signal,
      by: upload,
    });
    return dictionaryPath(model, dictionary);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function openUpload(files: Storage, upload: Upload) {
  const key = uploadKey(upload.id);
  const bytes = await files.size(key);
  if (bytes === null)
    throw new BundleError("the uploaded file is no longer there; upload it again");
  return { bytes, read: (range?: { start: number; end: number }) => files.read(key, range) };
}

/** What becomes of a job that was not done: its uploader can mend it, or it is tried again. */
async function settle(
  id: string,
  upload: Upload,
  attempts: number,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) {
    await db().job.update({ where: { id }, data: { state: "waiting", attempts: attempts - 1 } });
  } else if (error instanceof BundleError) {
    await fail(id, upload, error.message);
  } else {
    console.error(`job ${id}:`, error);
    if (attempts < MAX_ATTEMPTS)
      await db().job.update({ where: { id }, data: { state: "waiting" } });
    else await fail(id, upload, "something went wrong in the hub; its log says what");
  }
}

async function fail(id: string, upload: Upload, error: string): Promise<void> {
  await db().job.update({ where: { id }, data: { state: "failed", error } });
  await storage().delete(uploadKey(upload.id));
}
