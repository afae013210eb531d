import "server-only";
import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BundleError, importCheck } from "trainer/bundle";
import { holderOf } from "trainer/bundle/files";
import { z } from "zod";
import { type ImportAnswer, importAnswer } from "@/lib/import-answer.ts";
import { env } from "../env.ts";
import { childEnv, importFolder, inputOf, lendModel } from "./import-folder.ts";
import { childModel, notInstalled } from "./import-model.ts";
import { takeIn } from "./ingest-job.ts";
import { type JobAtHand, type Next, workOn } from "./job.ts";
import { runTrainer } from "./trainer-child.ts";

const HEAP_MB = 4096;

/** What `trainer import` answers: made, or refused since another reading fits better. */
const imported = z.looseObject({
  dir: z.string(),
  import: z.looseObject({ check: importCheck.nullable(), accepted: z.boolean() }),
});

/** Makes a bundle of a foreign dictionary as somebody has said that it is read, and takes it in. */
export async function runImportJob(
  id: string,
  signal: AbortSignal,
  program?: string,
): Promise<void> {
  await workOn(id, "import", signal, (at) => importUpload(at, program));
}

async function importUpload(at: JobAtHand, program: string | undefined): Promise<Next> {
  const { job, progress, signal } = at;
  const { IMPORT_SECONDS, IMPORT_BYTES } = env();
  const answer = importAnswer.parse(job.answer);
  const model = await childModel(answer.reading.model ?? "");
  const input = await inputOf(job.id, job.upload);
  await lendModel(job.id, model);
  const dir = await runFolder(job.id, answer);
  const { data, failed } = await runTrainer(
    [
      "import",
      input,
      dir,
      ...flagsOf(answer),
      `--model=${model}`,
      `--cache=${cacheOf(job.id, model)}`,
    ],
    {
      program,
      cwd: importFolder(job.id),
      // what was fetched when it was inspected is there; a model is fetched by whoever runs the hub
      env: { ...childEnv(job.id), HF_HUB_OFFLINE: "1" },
      seconds: IMPORT_SECONDS,
      heap_mb: HEAP_MB,
      disk_bytes: Number(job.upload.bytes) + IMPORT_BYTES,
      report: progress.report,
      signal,
    },
  ).catch((error) => {
    throw notInstalled(error, model) ?? error;
  });
  const { check } = imported.parse(data).import;
  if (failed) {
    if (check?.verdict !== "misread") throw new BundleError("it failed without a reason");
    return { state: "asking", check, error: check.says };
  }
  return { state: "done", result: await takeIn(join(dir, "bundle"), at) };
}

/** The reading part by part, so that nothing is left to the files; `=` keeps each a value. */
function flagsOf({ where, reading, name, accept }: ImportAnswer): string[] {
  const { IMPORT_TEXT, IMPORT_TOKENS } = env();
  const { model: _, ...parts } = reading;
  const flags = {
    where,
    ...parts,
    ...(name !== null && { name }),
    ...(IMPORT_TEXT !== undefined && { text: IMPORT_TEXT }),
    ...(IMPORT_TOKENS !== undefined && {
      // nothing is trained: half of the text may be measured on
      held_out_fraction: 0.5,
      max_tokens: 4 * IMPORT_TOKENS,
      eval_tokens: IMPORT_TOKENS,
      dashboard_tokens: IMPORT_TOKENS,
    }),
    ...(accept && { accept }),
  };
  return Object.entries(flags).map(([key, value]) => `--${key}=${value}`);
}

/** The model's tokens of the text, which other answers take up. */
function cacheOf(job: string, model: string): string {
  return join(importFolder(job), `cache-${hashOf(model)}`);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** The run's folder of this answer, which goes on where a killed worker's trainer was; those of others go. */
async function runFolder(job: string, answer: ImportAnswer): Promise<string> {
  const { visibility: _, accept: __, ...asked } = answer;
  const name = `run-${hashOf(JSON.stringify(asked))}`;
  const folder = importFolder(job);
  for (const other of await readdir(folder))
    if (other.startsWith("run-") && other !== name)
      await rm(join(folder, other), { recursive: true, force: true });
  const dir = join(folder, name);
  await untilFree(dir);
  return dir;
}

const PATIENCE_MS = 30_000;

/** A killed worker's trainer ends as soon as it hears of it; one that does not is ended. */
async function untilFree(dir: string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(100))
    if (holderOf(dir) === null) return;
  const holder = holderOf(dir);
  if (holder !== null) process.kill(holder, "SIGKILL");
}
