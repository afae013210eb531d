import "server-only";
import type { JobView } from "@/lib/views.ts";
import { db } from "../db.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The job, or null if there is none of that id. */
export async function getJob(id: string): Promise<JobView | null> {
  if (!uuid.test(id)) return null;
  const row = await db().job.findUnique({ where: { id }, include: { upload: true } });
  return (
    row && {
      id: row.id,
      state: row.state,
      created_at: row.created_at.toISOString(),
      filename: row.upload.filename,
      bytes: Number(row.upload.bytes),
      step: row.step,
      done: Number(row.done),
      total: Number(row.total),
      error: row.error,
      result: row.result,
    }
  );
}
