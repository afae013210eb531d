import "server-only";
import { db } from "./db.ts";

/** Whether there was a dictionary of that name, which others could see, and it was removed. */
export async function isGone(model: string, slug: string): Promise<boolean> {
  return (await db().tombstone.findUnique({ where: { model_slug: { model, slug } } })) !== null;
}
