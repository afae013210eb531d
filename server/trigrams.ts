import "server-only";
import { db } from "./db.ts";

let known: Promise<boolean> | undefined;

/** Whether the database can compare texts by trigrams; the migration could not always add the extension. */
export function hasTrigrams(): Promise<boolean> {
  known ??= ask();
  known.catch(() => {
    known = undefined;
  });
  return known;
}

async function ask(): Promise<boolean> {
  const rows = await db().$queryRaw<unknown[]>`
    SELECT FROM pg_extension WHERE extname = 'pg_trgm'`;
  return rows.length > 0;
}
