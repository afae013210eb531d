import "server-only";
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { ClaimedGroup, GroupEnd, SweepSubmission } from "trainer/bundle";
import { sweepPath } from "@/lib/routes.ts";
import type { Prisma } from "@/prisma/client/client";
import { db } from "../db.ts";
import { HttpError } from "../http.ts";
import { isRunId } from "../runs/record.ts";

/*
 * The queue of sweeps. Workers are on other machines and speak HTTP, so a group is held by a lease in
 * its row instead of by a connection's lock: one that nothing is heard of for so long may be taken.
 */

/** Seconds; workers say three times as often that they are at it. */
export const LEASE = 60;
/** A group that failed, or ended with its worker, so often would do so for ever. */
const MAX_ATTEMPTS = 3;

/** Takes a sweep in; the same one sent twice is one. */
export async function submitSweep({
  name,
  groups,
}: SweepSubmission): Promise<{ name: string; groups: number; address: string }> {
  const data = groups.map((group, index) => ({
    ...group,
    index,
    config: group.config as Prisma.InputJsonObject,
  }));
  await db().$transaction(async (tx) => {
    await tx.$executeRaw`INSERT INTO sweep (name) VALUES (${name}) ON CONFLICT DO NOTHING`;
    await tx.$queryRaw`SELECT FROM sweep WHERE name = ${name} FOR UPDATE`;
    const there = await tx.sweepGroup.findMany({
      where: { sweep: name },
      select: { name: true, dictionaries: true, config: true },
      orderBy: { index: "asc" },
    });
    if (there.length === 0)
      await tx.sweepGroup.createMany({ data: data.map((group) => ({ ...group, sweep: name })) });
    else if (!isDeepStrictEqual(there, groups))
      throw new HttpError(409, `there is a sweep ${name} of another grid here; take another name`);
  });
  return { name, groups: groups.length, address: sweepPath(name) };
}

/** Gives a worker the first group that nobody holds, or null. */
export async function claimGroup(worker: string): Promise<ClaimedGroup | null> {
  await giveUpHopeless();
  const claim = randomUUID();
  const [group] = await db().$queryRaw<ClaimedGroup[]>`
    UPDATE sweep_group SET state = 'running', attempts = attempts + 1, worker = ${worker},
      claim = ${claim}::uuid, lease_until = now() + make_interval(secs => ${LEASE}), updated_at = now()
    WHERE id = (
      SELECT g.id FROM sweep_group g JOIN sweep ON sweep.name = g.sweep
      WHERE g.state = 'waiting' OR (g.state = 'running' AND g.lease_until < now())
      ORDER BY sweep.created_at, g.index LIMIT 1 FOR UPDATE OF g SKIP LOCKED
    )
    RETURNING id::text, claim::text, sweep, name, dictionaries, config, attempts`;
  return group ?? null;
}

/** A worker is still at it; null when there is no such group. */
export async function holdGroup(id: string, claim: string): Promise<{ lease: number } | null> {
  const held = await changeHeld(id, claim, {
    lease_until: new Date(Date.now() + 1000 * LEASE),
  });
  return held && { lease: LEASE };
}

/** How a worker's attempt ended: a failed one is tried again, by anybody, until it has failed too often. */
export async function endGroup(id: string, end: GroupEnd): Promise<{ state: string } | null> {
  const { claim, how, error } = end;
  const group = isRunId(id) ? await db().sweepGroup.findUnique({ where: { id } }) : null;
  if (!group) return null;
  const attempts = how === "released" ? group.attempts - 1 : group.attempts;
  const isOver = how === "failed" && attempts >= MAX_ATTEMPTS;
  const state = how === "done" ? "done" : isOver ? "failed" : "waiting";
  await changeHeld(id, claim, {
    state,
    attempts,
    error: how === "failed" ? (error ?? "no reason given") : null,
    claim: null,
    lease_until: null,
  });
  return { state };
}

/** Changes a group for the one who holds it; whoever does not any more is told so. */
async function changeHeld(id: string, claim: string, data: Prisma.SweepGroupUpdateInput) {
  if (!isRunId(id)) return null;
  const { count } = await db().sweepGroup.updateMany({ where: { id, claim }, data });
  if (count > 0) return { id };
  if ((await db().sweepGroup.count({ where: { id } })) === 0) return null;
  throw new HttpError(409, "the group is not this worker's any more: its lease had ended");
}

async function giveUpHopeless(): Promise<void> {
  const error = `given up after ${MAX_ATTEMPTS} attempts that did not end`;
  await db().$executeRaw`
    UPDATE sweep_group SET state = 'failed', claim = NULL, lease_until = NULL, updated_at = now(),
      error = coalesce(error || '; ', '') || ${error}
    WHERE state = 'running' AND lease_until < now() AND attempts >= ${MAX_ATTEMPTS}`;
}
