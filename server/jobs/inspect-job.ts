import "server-only";
import { BundleError, foreignDictionary } from "trainer/bundle";
import { z } from "zod";
import { env } from "../env.ts";
import { childEnv, importFolder, inputOf } from "./import-folder.ts";
import { type JobAtHand, type Next, workOn } from "./job.ts";
import { runTrainer } from "./trainer-child.ts";

/** What reading the heads of files may take. */
const SECONDS = 120;
const HEAP_MB = 1024;

const inspected = z.discriminatedUnion("kind", [
  z.looseObject({ kind: z.literal("bundle") }),
  z.looseObject({ kind: z.literal("foreign"), dictionaries: z.array(foreignDictionary).min(1) }),
]);

/** Looks what is in an upload that is no bundle, or in a repository, and asks how it is read. */
export async function runInspectJob(
  id: string,
  signal: AbortSignal,
  program?: string,
): Promise<void> {
  await workOn(id, "inspect", signal, (at) => inspectUpload(at, program));
}

async function inspectUpload(
  { job, progress, signal }: JobAtHand,
  program: string | undefined,
): Promise<Next> {
  const { MAX_UPLOAD_BYTES, IMPORT_SECONDS } = env();
  const input = await inputOf(job.id, job.upload);
  const { report } = progress;
  report({ stage: "inspect", done: 0, total: 0, unit: "" });
  const { data } = await runTrainer(["inspect", input], {
    program,
    cwd: importFolder(job.id),
    env: childEnv(job.id),
    seconds: job.upload.source === null ? SECONDS : IMPORT_SECONDS,
    heap_mb: HEAP_MB,
    // the file itself, and what it unpacks to
    disk_bytes: Number(job.upload.bytes) + MAX_UPLOAD_BYTES,
    report,
    signal,
  });
  const found = inspected.parse(withoutNul(data));
  if (found.kind === "bundle")
    throw new BundleError(
      "a bundle lies there: fetch it, and upload it as it is (expected a dictionary of another format)",
    );
  return { state: "asking", found: found.dictionaries };
}

/** Texts of a foreign file as the database can keep them. */
function withoutNul(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data), (_, value) =>
    typeof value === "string" ? Buffer.from(value).toString().replaceAll("\0", "\uFFFD") : value,
  );
}
