import "server-only";
import type { z } from "zod";
import type { DictionaryView, Viewer } from "@/lib/views.ts";
import { isOwnOf } from "../access.ts";
import type { dictionaryChange } from "../api/schemas.ts";
import { db } from "../db.ts";
import { HttpError } from "../http.ts";
import { type FoundRevision, findRevision, getDictionary } from "../queries/dictionaries.ts";

type Change = z.infer<typeof dictionaryChange>;

/** Changes what is said of a dictionary; null if there is none that the user may open, 403 if it is another's. */
export async function changeDictionary(
  user: NonNullable<Viewer>,
  model: string,
  slug: string,
  { visibility, description, licence, owner }: Change,
): Promise<DictionaryView | null> {
  const found = await ownDictionary(user, model, slug);
  if (!found) return null;
  const owner_id = owner === undefined ? undefined : await idOf(owner);
  await db().dictionary.update({
    where: { id: found.dictionary_id },
    data: {
      ...(visibility && { visibility }),
      ...(description !== undefined && { description }),
      ...(licence !== undefined && { licence: licence || null }),
      ...(owner_id && { owner_id }),
    },
  });
  // who has handed over a private one sees it no more, but what became of it
  return getDictionary(user, model, slug).then(
    (shown) => shown ?? getDictionary({ ...user, id: owner_id ?? user.id }, model, slug),
  );
}

/** The dictionary, if the user may change it; null if they may not even see it. */
export async function ownDictionary(
  user: NonNullable<Viewer>,
  model: string,
  slug: string,
): Promise<FoundRevision | null> {
  const found = await findRevision(user, model, slug);
  if (found && !isOwnOf(user, found.owner_id))
    throw new HttpError(403, `${model}/${slug} is another's: only its owner can change it`);
  return found;
}

async function idOf(email: string): Promise<string> {
  const user = await db().user.findUnique({ where: { email: email.trim().toLowerCase() } });
  if (!user || user.role === "reader" || user.disabled_at !== null)
    throw new HttpError(400, `no member of this hub has the e-mail ${email}`);
  return user.id;
}
