import "server-only";
import { foreignDictionary, importCheck } from "trainer/bundle";
import { z } from "zod";
import { importAnswer } from "@/lib/import-answer.ts";
import type { ImportQuestion, JobView, Viewer } from "@/lib/views.ts";
import type { Job } from "@/prisma/client/client";
import { isOwnOf } from "../access.ts";
import { db } from "../db.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The job, or null if there is none of that id; it is its uploader's and maintainers' to see. */
export async function getJob(viewer: Viewer, id: string): Promise<JobView | null> {
  if (!viewer || !uuid.test(id)) return null;
  const row = await db().job.findUnique({ where: { id }, include: { upload: true } });
  if (!row || !isOwnOf(viewer, row.upload.user_id)) return null;
  return {
    id: row.id,
    state: row.state,
    created_at: row.created_at.toISOString(),
    filename: row.upload.filename,
    bytes: Number(row.upload.bytes),
    work: row.work,
    visibility: row.upload.visibility,
    step: row.step,
    done: Number(row.done),
    total: Number(row.total),
    unit: row.unit,
    rate: row.rate,
    error: row.error,
    question: row.state === "asking" && row.found !== null ? questionOf(row) : null,
    result: row.result,
  };
}

function questionOf({ found, answer, check }: Job): ImportQuestion {
  return {
    found: z.array(foreignDictionary).parse(found),
    answer: importAnswer.nullable().parse(answer),
    check: importCheck.nullable().parse(check),
  };
}
