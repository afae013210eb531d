import "server-only";
import { compareQuery, shortCompare } from "@/lib/compare-query.ts";
import { comparePath } from "@/lib/routes.ts";
import type { CompareQuery, Viewer } from "@/lib/views.ts";
import { db } from "../db.ts";
import { HttpError } from "../http.ts";
import { enqueue } from "../jobs/queue.ts";
import { findPair, keyOf } from "../queries/compare.ts";

/**
 * Has two dictionaries compared, unless they have been; one that failed is tried again. Null if there is not
 * both of them.
 */
export async function requestComparison(
  user: NonNullable<Viewer>,
  named: Pick<CompareQuery, "a" | "b" | "a_revision" | "b_revision">,
): Promise<{ address: string } | null> {
  const pair = await findPair(user, named);
  if (!pair) return null;
  if (pair.refusal) throw new HttpError(422, pair.refusal);
  const key = keyOf(pair);
  const again = { state: "waiting", attempts: 0, error: null } as const;
  await db().comparison.createMany({ data: [key], skipDuplicates: true });
  await db().comparison.updateMany({ where: { ...key, state: "failed" }, data: again });
  const { id, state } = await db().comparison.findUniqueOrThrow({
    where: { a_sha256_b_sha256: key },
    select: { id: true, state: true },
  });
  if (state === "waiting") await enqueue(id, "compare");
  return { address: comparePath(shortCompare(compareQuery.parse(named))) };
}
