import "server-only";
import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { JobState } from "@/prisma/client/client";
import { db } from "../db.ts";
import { forgetLimits } from "../limits.ts";
import { storage } from "../storage.ts";
import { importsFolder } from "./import-folder.ts";
import { unpackFolder } from "./ingest-job.ts";

/** An upload about which nobody says how it is read is not kept for ever. */
const PATIENCE_DAYS = 30;

const unfinished: JobState[] = ["waiting", "running", "asking"];

/**
 * Removes what killed processes have left behind. A stored file that no row names may be one whose
 * row is about to be written: it goes only when it was nameless at the last call too.
 */
export async function tidy(nameless: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const files = storage();
  await files.sweep();
  await giveUpUnanswered();
  await removeUnnamed(unpackFolder(), ["waiting", "running"]);
  await removeUnnamed(importsFolder(), unfinished);
  await forgetLimits();
  const found = await listNameless();
  for (const key of found) if (nameless.has(key)) await files.delete(key);
  return new Set(found);
}

async function giveUpUnanswered(): Promise<void> {
  const before = new Date(Date.now() - PATIENCE_DAYS * 86_400_000);
  await db().job.updateMany({
    where: { state: "asking", updated_at: { lt: before } },
    data: { state: "failed", error: `nobody said in ${PATIENCE_DAYS} days how it is read` },
  });
}

/** Of the folders that jobs have of their own, those whose jobs are in none of the states. */
async function removeUnnamed(folder: string, states: JobState[]): Promise<void> {
  const jobs = await readdir(folder).catch(() => []);
  const open = await db().job.findMany({
    where: { id: { in: jobs }, state: { in: states } },
    select: { id: true },
  });
  for (const job of jobs)
    if (!open.some(({ id }) => id === job))
      await rm(join(folder, job), { recursive: true, force: true });
}

/** Uploads without an open job, and bundles without a revision while none is being taken in. */
async function listNameless(): Promise<string[]> {
  const files = storage();
  const [uploads, bundles] = [await files.list("uploads"), await files.list("bundles")];
  const open = await db().job.findMany({
    where: { state: { in: unfinished } },
    select: { upload_id: true, state: true },
  });
  const wanted = new Set(open.map((job) => job.upload_id));
  const nameless = uploads.filter((key) => !wanted.has(basename(key)));
  if (open.some((job) => job.state === "running")) return nameless;
  const revisions = await db().revision.findMany({
    where: { manifest_sha256: { in: bundles.map((key) => basename(key, ".tar")) } },
    select: { manifest_sha256: true },
  });
  const known = new Set(revisions.map((revision) => revision.manifest_sha256));
  return [...nameless, ...bundles.filter((key) => !known.has(basename(key, ".tar")))];
}
