import "server-only";
import { db } from "./db.ts";
import { HttpError } from "./http.ts";

/** At most so many within so many seconds of the first. */
export type Limit = { most: number; seconds: number };

/**
 * Counts one more under a key, and refuses what is too much with 429. It is counted in the database, so that
 * any number of web servers share one count. Answers how many more there may be.
 */
export async function takeTurn(key: string, { most, seconds }: Limit): Promise<number> {
  const [row] = await db().$queryRaw<{ count: number; left: number }[]>`
    INSERT INTO rate_limit AS kept (key, count, since) VALUES (${key}, 1, now())
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN kept.since > now() - make_interval(secs => ${seconds})
        THEN least(kept.count, ${most}::int) + 1 ELSE 1 END,
      since = CASE WHEN kept.since > now() - make_interval(secs => ${seconds})
        THEN kept.since ELSE now() END
    RETURNING count, extract(epoch FROM since + make_interval(secs => ${seconds}) - now())::float8 AS left`;
  if (!row || row.count <= most) return most - (row?.count ?? 0);
  const left = Math.max(1, Math.ceil(row.left));
  throw new HttpError(429, `too many requests: try again in ${left} seconds`, {
    "Retry-After": String(left),
  });
}

/** Longest time that a count is kept. */
const HOUR = 3600;

/** Forgets the counts that no longer count. */
export async function forgetLimits(): Promise<void> {
  await db()
    .$executeRaw`DELETE FROM rate_limit WHERE since < now() - make_interval(secs => ${HOUR})`;
}
