import "server-only";
import { type Reading, unsaid } from "trainer/bundle";
import type { z } from "zod";
import {
  bundledModel,
  type ImportAnswer,
  importAnswer,
  type importRequest,
} from "@/lib/import-answer.ts";
import { jobPath } from "@/lib/routes.ts";
import type { JobView, Viewer } from "@/lib/views.ts";
import { db, pool } from "../db.ts";
import { HttpError } from "../http.ts";
import { checkOwner } from "../ingest/register.ts";
import { enqueue, type Kind } from "../jobs/queue.ts";
import { getJob } from "../queries/jobs.ts";

type User = NonNullable<Viewer>;
type Asked = { job: string; address: string };

/**
 * Says how the dictionary is read that a job asks about, and has it imported; null if there is no such job for this user.
 * What the files say and the answer does not is written down with it, so that the import leaves nothing open.
 */
export async function answerJob(
  user: User,
  id: string,
  { visibility, ...said }: ImportAnswer,
): Promise<Asked | null> {
  const job = await getJob(user, id);
  if (!job) return null;
  if (job.state !== "asking" || !job.question) throw notAsking(job);
  const answer = { ...said, reading: completeReading(job.question.found, said) };
  await refuseTakenName(id, answer);
  const { count } = await db().job.updateMany({
    where: { id, state: "asking" },
    data: { state: "waiting", work: "import", attempts: 0, answer, error: null },
  });
  if (count === 0) throw notAsking({ ...job, state: "waiting" }); // somebody else was quicker
  if (visibility !== undefined)
    await db().upload.updateMany({ where: { job: { id } }, data: { visibility } });
  return woken(id, "import");
}

/** All of the reading: what the files say, as far as the answer does not say otherwise. */
function completeReading(
  found: NonNullable<JobView["question"]>["found"],
  { where, reading }: Pick<ImportAnswer, "where" | "reading">,
): Reading {
  const dictionary = found.find((one) => one.where === where);
  if (!dictionary)
    throw new HttpError(
      422,
      `where: ${where} was not found (expected one of ${found.map((one) => one.where).join(", ")})`,
    );
  const whole = { ...dictionary.reading, ...reading };
  const open = unsaid(whole);
  if (open.length > 0)
    throw new HttpError(422, `${where}: ${open.join(", ")}: the files do not say; the answer must`);
  return importAnswer.shape.reading.parse(whole) as Reading; // a file may name a model by a path
}

/** What would be refused once the dictionary has been made is refused before. */
async function refuseTakenName(
  id: string,
  { name, reading: { model } }: { name: string | null; reading: Reading },
): Promise<void> {
  if (name === null) return;
  const { upload } = await db().job.findUniqueOrThrow({ where: { id }, include: { upload: true } });
  const model_id = model === bundledModel.spec ? bundledModel.slug : model;
  const client = await pool().connect();
  try {
    await checkOwner(client, { model_id, name }, upload.user_id);
  } finally {
    client.release();
  }
}

function notAsking({ state }: Pick<JobView, "state">): HttpError {
  return new HttpError(409, `this job is ${state}: it asks nothing`);
}

/** Ends a job and removes what was sent; null if there is no such job for this user. */
export async function cancelJob(user: User, id: string): Promise<Asked | null> {
  const job = await getJob(user, id);
  if (!job) return null;
  const asking = await db().job.updateMany({
    where: { id, state: "asking" },
    data: { cancelled: true, state: "waiting" }, // a worker removes its files
  });
  const working = await db().job.updateMany({
    where: { id, state: { in: ["waiting", "running"] } },
    data: { cancelled: true },
  });
  if (asking.count + working.count === 0)
    throw new HttpError(409, `this job is ${job.state}: there is nothing to cancel`);
  return woken(id, job.work);
}

/** Has a repository of a model hub looked into, as if it had been uploaded. */
export async function requestImport(
  user: User,
  { repository, revision, path, visibility }: z.infer<typeof importRequest>,
): Promise<Asked & { upload: string }> {
  const source = `${repository}@${revision}${path === "" ? "" : `:${path}`}`;
  const sent = { filename: source, source, bytes: 0, sha256: "" };
  const { id, upload_id } = await db().job.create({
    data: { work: "inspect", upload: { create: { ...sent, visibility, user_id: user.id } } },
    select: { id: true, upload_id: true },
  });
  return { upload: upload_id, ...(await woken(id, "inspect")) };
}

/** A message that is not sent is no loss: every worker looks for jobs that nobody holds. */
async function woken(job: string, kind: Kind): Promise<Asked> {
  await enqueue(job, kind).catch((error) => console.error("the queue:", error));
  return { job, address: jobPath(job) };
}
