import "server-only";
import type { LineBatch, ReportedLine, RunAnnouncement, RunState, RunStatus } from "trainer/bundle";
import { z } from "zod";
import { Prisma } from "@/prisma/client/client";
import { db } from "../db.ts";
import { HttpError } from "../http.ts";

/** Makes the run known, or again; its lines stay. Gives the step of the last of them. */
export async function announceRun(
  run: RunAnnouncement,
  state: RunState = "running",
  more: { followed?: boolean } = {},
): Promise<{ last_step: number }> {
  const { id, config, ...columns } = run;
  const data = {
    ...columns,
    ...more,
    config: config as Prisma.InputJsonObject,
    state,
    error: null,
    heard_at: new Date(),
  };
  const select = { last_step: true };
  return db().run.upsert({ where: { id }, create: { id, ...data }, update: data, select });
}

/**
 * Takes lines in: those after `after` are replaced, so that a message that comes twice changes nothing
 * and a run that goes on from its checkpoint writes over what came after it. Null if there is no such run.
 */
export async function storeLines(
  id: string,
  { after, lines }: LineBatch,
): Promise<{ last_step: number } | null> {
  if (!isRunId(id)) return null;
  return db().$transaction(async (tx) => {
    const [run] = await tx.$queryRaw<{ last_step: number; latest: ReportedLine | null }[]>`
      SELECT last_step, latest FROM run WHERE id = ${id}::uuid FOR UPDATE`;
    if (!run) return null;
    if (after > run.last_step)
      throw new HttpError(
        409,
        `the last known step is ${run.last_step}; lines after it are missing`,
      );
    if (after < run.last_step)
      await tx.runLine.deleteMany({ where: { run_id: id, step: { gt: after } } });
    await tx.$executeRaw`
      INSERT INTO run_line
      SELECT ${id}::uuid, step, tokens, loss, mse_loss, sparsity_loss, auxk_loss, l0, dead_fraction,
        fvu, lr, grad_norm, tokens_per_second, orthogonality_loss
      FROM json_populate_recordset(NULL::run_line, ${JSON.stringify(lines)}::json)`;
    const latest = lines.at(-1) ?? (await lastLine(tx, id));
    const fvu =
      lastFvu(lines) ?? (after < run.last_step ? await storedFvu(tx, id) : run.latest?.fvu);
    const last_step = latest?.step ?? 0;
    const data = {
      last_step,
      latest: latest ? { ...latest, fvu: fvu ?? null } : Prisma.DbNull,
      heard_at: new Date(),
    };
    await tx.run.update({ where: { id }, data });
    return { last_step };
  });
}

/** What the run is doing; null if there is no such run. */
export async function setStatus(id: string, status: RunStatus): Promise<{ id: string } | null> {
  if (!isRunId(id)) return null;
  const { manifest_sha256, ...rest } = status;
  const data = { ...rest, heard_at: new Date(), ...(manifest_sha256 && { manifest_sha256 }) };
  const { count } = await db().run.updateMany({ where: { id }, data });
  return count === 0 ? null : { id };
}

/** Whether what stands in an address can be a run's id; the database refuses anything else. */
export function isRunId(given: string): boolean {
  return z.uuid().safeParse(given).success;
}

type Tx = Prisma.TransactionClient;

async function lastLine(tx: Tx, run_id: string): Promise<ReportedLine | null> {
  const row = await tx.runLine.findFirst({ where: { run_id }, orderBy: { step: "desc" } });
  if (!row) return null;
  const { run_id: _, tokens, ...line } = row;
  return { ...line, tokens: Number(tokens) };
}

async function storedFvu(tx: Tx, run_id: string): Promise<number | null> {
  const where = { run_id, fvu: { not: null } };
  const row = await tx.runLine.findFirst({ where, orderBy: { step: "desc" } });
  return row?.fvu ?? null;
}

function lastFvu(lines: ReportedLine[]): number | null {
  return lines.findLast(({ fvu }) => fvu !== null)?.fvu ?? null;
}
