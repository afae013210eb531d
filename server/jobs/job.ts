import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { BundleError } from "trainer/bundle";
import type { Job, JobWork, Prisma, Upload } from "@/prisma/client/client";
import { db } from "../db.ts";
import { storage, uploadKey } from "../storage.ts";
import { removeImport } from "./import-folder.ts";
import { whileHolding } from "./lock.ts";
import { JobProgress } from "./progress.ts";
import { enqueue } from "./queue.ts";

/** A worker that dies over a job three times would die over it for ever. */
export const MAX_ATTEMPTS = 3;

/** A job while this process works on it; the signal is aborted when it is cancelled, or the worker stopped. */
export type JobAtHand = {
  job: Job & { upload: Upload };
  progress: JobProgress;
  signal: AbortSignal;
};

/** What comes after a piece of work. */
export type Next =
  | { state: "done"; result: string }
  | { state: "waiting"; work: JobWork }
  | {
      state: "asking";
      error?: string | null;
      found?: Prisma.InputJsonValue;
      check?: Prisma.InputJsonValue;
    };

const CANCELLED = "cancelled";

/**
 * Does the piece of work that a job waits for, unless another worker is at it or it waits for none of this kind. What
 * is refused fails the job; once somebody has said how it is to be imported, it asks them again, and nothing is lost.
 */
export async function workOn(
  id: string,
  work: JobWork,
  signal: AbortSignal,
  act: (at: JobAtHand) => Promise<Next>,
): Promise<void> {
  let after: JobWork | null = null;
  await whileHolding(id, async () => {
    const job = await db().job.findUnique({ where: { id }, include: { upload: true } });
    if (job?.work !== work || !["waiting", "running"].includes(job.state)) return;
    if (job.cancelled) return fail(job, CANCELLED);
    const attempts = job.attempts + 1;
    if (attempts > MAX_ATTEMPTS)
      return refuse(job, `given up after ${MAX_ATTEMPTS} attempts that did not end`);
    await db().job.update({ where: { id }, data: { state: "running", attempts } });
    const progress = new JobProgress(id);
    const cancel = watchCancel(id, signal);
    try {
      const next = await act({ job, progress, signal: cancel.signal });
      await progress.flush();
      await follow(job, next);
      if (next.state === "waiting") after = next.work;
    } catch (error) {
      await progress.flush();
      if (signal.aborted) await update(id, { state: "waiting", attempts: attempts - 1 });
      else if (cancel.signal.aborted) await fail(job, CANCELLED);
      else if (error instanceof BundleError) await refuse(job, error.message);
      else {
        console.error(`job ${id}:`, error);
        if (attempts < MAX_ATTEMPTS) await update(id, { state: "waiting" });
        else await refuse(job, "something went wrong in the hub; its log says what");
      }
    } finally {
      cancel.stop();
    }
  });
  if (after !== null) await enqueue(id, after);
}

async function follow({ id, upload }: JobAtHand["job"], next: Next): Promise<void> {
  const fresh = { error: null, rate: null };
  if (next.state === "done") {
    await update(id, { ...fresh, ...next, step: "done", done: 1, total: 1 });
    await removeFiles(id, upload);
  } else await update(id, { ...fresh, attempts: 0, step: "", done: 0, total: 0, ...next });
}

async function refuse(job: JobAtHand["job"], error: string): Promise<void> {
  if (job.answer === null) return fail(job, error);
  await follow(job, { state: "asking", error });
}

async function fail({ id, upload }: JobAtHand["job"], error: string): Promise<void> {
  await update(id, { state: "failed", error });
  await removeFiles(id, upload);
}

async function removeFiles(id: string, upload: Upload): Promise<void> {
  await storage().delete(uploadKey(upload.id));
  await removeImport(id);
}

async function update(id: string, data: Prisma.JobUpdateInput): Promise<void> {
  await db().job.update({ where: { id }, data });
}

const LOOK_MS = 500;

/** A signal that follows the worker's, and is aborted when the job is cancelled from its page. */
function watchCancel(id: string, worker: AbortSignal): { signal: AbortSignal; stop(): void } {
  const cancelled = new AbortController();
  const over = new AbortController();
  const look = async () => {
    while (!over.signal.aborted && !cancelled.signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal: over.signal }).catch(() => {});
      const row = await db()
        .job.findUnique({ where: { id }, select: { cancelled: true } })
        .catch(() => null); // e.g. the database is restarting
      if (row?.cancelled) cancelled.abort();
    }
  };
  void look();
  return {
    signal: AbortSignal.any([worker, cancelled.signal]),
    stop: () => over.abort(),
  };
}
