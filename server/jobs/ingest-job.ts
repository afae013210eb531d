import "server-only";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BundleError } from "trainer/bundle";
import { dictionaryPath } from "@/lib/routes.ts";
import type { Upload } from "@/prisma/client/client";
import { env } from "../env.ts";
import { holdsBundle } from "../ingest/holds-bundle.ts";
import { ingestBundle } from "../ingest/ingest.ts";
import { unpackBundle } from "../ingest/unpack.ts";
import { type Storage, storage, uploadKey } from "../storage.ts";
import { type JobAtHand, type Next, workOn } from "./job.ts";

/** Where jobs unpack; what a killed worker left there is removed when its job is taken up again. */
export function unpackFolder(): string {
  return join(env().DATA_DIR, "unpacking");
}

/** Takes in the bundle that was uploaded, unless another worker is at it or it is finished; what is no bundle is looked into. */
export async function runIngestJob(id: string, signal: AbortSignal): Promise<void> {
  await workOn(id, "ingest", signal, ingestUpload);
}

async function ingestUpload({ job, progress, signal }: JobAtHand): Promise<Next> {
  const { report } = progress;
  const limit = env().MAX_UPLOAD_BYTES;
  const source = await openUpload(storage(), job.upload);
  if (!(await holdsBundle(source, limit))) return { state: "waiting", work: "inspect" };
  const dir = join(unpackFolder(), job.id);
  await rm(dir, { recursive: true, force: true });
  try {
    await unpackBundle(source, dir, { limit, report, signal });
    return { state: "done", result: await takeIn(dir, { job, progress, signal }) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The address of the dictionary that a bundle's folder holds, once it is on the hub. */
export async function takeIn(dir: string, { job, progress, signal }: JobAtHand): Promise<string> {
  const { report } = progress;
  const options = { storage: storage(), report, signal, by: job.upload };
  const { model, dictionary } = await ingestBundle(dir, options);
  return dictionaryPath(model, dictionary);
}

async function openUpload(files: Storage, upload: Upload) {
  const key = uploadKey(upload.id);
  const bytes = await files.size(key);
  if (bytes === null)
    throw new BundleError("the uploaded file is no longer there; upload it again");
  return { bytes, read: (range?: { start: number; end: number }) => files.read(key, range) };
}
