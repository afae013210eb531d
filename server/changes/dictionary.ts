import "server-only";
import type { z } from "zod";
import type { DictionaryView, Viewer } from "@/lib/views.ts";
import { isOwnOf } from "../access.ts";
import type { dictionaryChange } from "../api/schemas.ts";
import { db } from "../db.ts";
import { HttpError } from "../http.ts";
import { findRevision, getDictionary } from "../queries/dictionaries.ts";

/** Changes what is said of a dictionary; null if there is none that the user may open, 403 if it is another's. */
export async function changeDictionary(
  user: NonNullable<Viewer>,
  model: string,
  slug: string,
  { visibility }: z.infer<typeof dictionaryChange>,
): Promise<DictionaryView | null> {
  const found = await findRevision(user, model, slug);
  if (!found) return null;
  if (!isOwnOf(user, found.owner_id))
    throw new HttpError(403, `${model}/${slug} is another's: only its owner can change it`);
  await db().dictionary.update({
    where: { id: found.dictionary_id },
    data: { ...(visibility && { visibility }) },
  });
  return getDictionary(user, model, slug);
}
