import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { closeDb } from "../db.ts";
import { env } from "../env.ts";
import { followRuns } from "../runs/follow.ts";
import { runCompareJob } from "./compare-job.ts";
import { runImportJob } from "./import-job.ts";
import { indexRevision, listUnindexed } from "./index-job.ts";
import { runIngestJob } from "./ingest-job.ts";
import { runInspectJob } from "./inspect-job.ts";
import { listUnheld } from "./lock.ts";
import { dequeue, enqueue, type Kind } from "./queue.ts";
import { tidy } from "./tidy.ts";

/*
 * The process that takes in what was uploaded, and follows the runs of its machine; any number may run. SIGTERM or SIGINT stops it:
 * the job at hand is rolled back and waits for the next worker.
 */

const TICK_MS = 500;
const TICKS_TO_RECOVER = 4;
const TICKS_TO_TIDY = 120;

/** Revisions that this process could not index. */
const hopeless = new Set<number>();

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());

env(); // a setting that cannot be used ends the process here
await Promise.all([
  work(stop.signal),
  lane("inspect", (id, signal) => runInspectJob(id, signal), stop.signal),
  lane("import", (id, signal) => runImportJob(id, signal), stop.signal),
  lane("compare", runCompareJob, stop.signal),
  followRuns(stop.signal),
]);
await closeDb();

async function work(signal: AbortSignal): Promise<void> {
  let nameless: ReadonlySet<string> = new Set();
  for (let tick = 0; !signal.aborted; tick++) {
    try {
      if (tick % TICKS_TO_TIDY === 0) nameless = await tidy(nameless);
      if (tick % TICKS_TO_RECOVER === 0) for (const job of await listUnheld()) await enqueue(job);
      if (tick === 0) console.log("the worker is ready");
      for (let job = await dequeue(); job && !signal.aborted; job = await dequeue())
        await runIngestJob(job, signal);
      if (tick % TICKS_TO_RECOVER === 0) await indexOne(signal);
    } catch (error) {
      console.error(`the worker: ${error}`); // e.g. the database is restarting: the next tick tries again
    }
    await sleep(TICK_MS, undefined, { signal }).catch(() => {});
  }
}

/** Does one kind of work beside the others, a piece at a time: an ingest does not wait for it. */
async function lane(
  kind: Kind,
  run: (id: string, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (let tick = 0; !signal.aborted; tick++) {
    try {
      if (tick % TICKS_TO_RECOVER === 0)
        for (const job of await listUnheld(kind)) await enqueue(job, kind);
      for (let job = await dequeue(kind); job && !signal.aborted; job = await dequeue(kind))
        await run(job, signal);
    } catch (error) {
      console.error(`the worker: ${error}`);
    }
    await sleep(TICK_MS, undefined, { signal }).catch(() => {});
  }
}

/** Indexes the tokens of one revision that has no index, between two jobs. */
async function indexOne(signal: AbortSignal): Promise<void> {
  const next = (await listUnindexed()).find(({ id }) => !hopeless.has(id));
  if (!next) return;
  try {
    await indexRevision(next, signal);
  } catch (error) {
    if (signal.aborted) return;
    hopeless.add(next.id);
    console.error(`revision ${next.id}: its tokens were not indexed:`, error);
  }
}
