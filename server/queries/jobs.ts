import "server-only";
import { foreignDictionary, importCheck } from "trainer/bundle";
import { z } from "zod";
import { importAnswer } from "@/lib/import-answer.ts";
import type { ImportQuestion, JobSummary, JobView, Viewer } from "@/lib/views.ts";
import type { Job, Upload } from "@/prisma/client/client";
import { isOwnOf } from "../access.ts";
import { db } from "../db.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The job, or null if there is none of that id; it is its uploader's and maintainers' to see. */
export async function getJob(viewer: Viewer, id: string): Promise<JobView | null> {
  if (!viewer || !uuid.test(id)) return null;
  const row = await db().job.findUnique({ where: { id }, include: { upload: true } });
  if (!row || !isOwnOf(viewer, row.upload.user_id)) return null;
  const { state, found } = row;
  return {
    ...viewOf(row),
    question: state === "asking" && found !== null ? questionOf(row) : null,
  };
}

/** Jobs that are not finished, the newest first: the viewer's own, a maintainer's all. */
export async function listJobs(viewer: Viewer): Promise<JobSummary[]> {
  if (!viewer) return [];
  const own = viewer.role === "maintainer" ? {} : { upload: { user_id: viewer.id } };
  const rows = await db().job.findMany({
    where: { state: { in: ["waiting", "running", "asking"] }, ...own },
    omit: { found: true, answer: true, check: true },
    include: { upload: true },
    orderBy: { created_at: "desc" },
    take: 100,
  });
  return rows.map(viewOf);
}

type Row = Omit<Job, "found" | "answer" | "check"> & { upload: Upload };

function viewOf(row: Row): JobSummary {
  return {
    id: row.id,
    state: row.state,
    work: row.work,
    created_at: row.created_at.toISOString(),
    filename: row.upload.filename,
    bytes: Number(row.upload.bytes),
    visibility: row.upload.visibility,
    step: row.step,
    done: Number(row.done),
    total: Number(row.total),
    unit: row.unit,
    rate: row.rate,
    error: row.error,
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
