import "server-only";
import PgBoss from "pg-boss";
import { pool } from "../db.ts";

const kinds = ["ingest", "inspect", "import", "compare"] as const;
export type Kind = (typeof kinds)[number];

const shared = globalThis as typeof globalThis & { hubQueue?: Promise<PgBoss> };

/**
 * The queue on Postgres. Its messages only wake a worker: what is to be done, and how far it is,
 * stands in the tables `job` and `comparison`, so that a message that is lost or comes twice does no harm.
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
  for (const kind of kinds)
    await boss.createQueue(kind, { name: kind, policy: "short", retryLimit: 0 });
  return boss;
}

/** Wakes a worker for the job; a job that is queued already is not queued twice. */
export async function enqueue(job: string, kind: Kind = "ingest"): Promise<void> {
  const boss = await queue();
  await boss.send(kind, { job }, { singletonKey: job });
}

/** The next job that waits in the queue, or null. What it answers is taken off the queue. */
export async function dequeue(kind: Kind = "ingest"): Promise<string | null> {
  const boss = await queue();
  const [message] = await boss.fetch<{ job: string }>(kind);
  if (!message) return null;
  await boss.deleteJob(kind, message.id);
  return message.data.job;
}
