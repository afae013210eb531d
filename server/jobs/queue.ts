import "server-only";
import PgBoss from "pg-boss";
import { pool } from "../db.ts";

const INGEST = "ingest";

const shared = globalThis as typeof globalThis & { hubQueue?: Promise<PgBoss> };

/**
 * The queue on Postgres. Its messages only wake a worker: what is to be done, and how far it is,
 * stands in the table `job`, so that a message that is lost or comes twice does no harm.
 */
function queue(): Promise<PgBoss> {
  if (!shared.hubQueue) {
    shared.hubQueue = openQueue();
    shared.hubQueue.catch(() => {
      shared.hubQueue = undefined;
    });
  }
  return shared.hubQueue;
}

async function openQueue(): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool().query(text, values) },
    schedule: false,
    supervise: false,
  });
  boss.on("error", (error) => console.error("the queue:", error.message));
  await boss.start();
  await boss.createQueue(INGEST, { name: INGEST, policy: "short", retryLimit: 0 });
  return boss;
}

/** Wakes a worker for the job; a job that is queued already is not queued twice. */
export async function enqueue(job: string): Promise<void> {
  const boss = await queue();
  await boss.send(INGEST, { job }, { singletonKey: job });
}

/** The next job that waits in the queue, or null. What it answers is taken off the queue. */
export async function dequeue(): Promise<string | null> {
  const boss = await queue();
  const [message] = await boss.fetch<{ job: string }>(INGEST);
  if (!message) return null;
  await boss.deleteJob(INGEST, message.id);
  return message.data.job;
}
