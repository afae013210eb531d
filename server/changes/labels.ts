import "server-only";
import type { LabelView, Viewer } from "@/lib/views.ts";
import { isOwnOf } from "../access.ts";
import { db } from "../db.ts";
import { HttpError } from "../http.ts";
import type { FoundRevision } from "../queries/dictionaries.ts";
import { getLabel } from "../queries/labels.ts";

type User = NonNullable<Viewer>;

/** No feature has more labels, and nobody gives one more. */
const MOST_LABELS = 100;
const MOST_OF_ONE = 10;

/** Gives a feature a label; who gives it one that it has agrees with that one. */
export async function addLabel(
  user: User,
  { dictionary_id, weights_from }: FoundRevision,
  index: number,
  text: string,
): Promise<LabelView | null> {
  const key = { weights_from, index, text };
  const [all, own] = await Promise.all([
    db().label.count({ where: { weights_from, index } }),
    db().label.count({ where: { weights_from, index, author_id: user.id } }),
  ]);
  if (all >= MOST_LABELS) throw new HttpError(409, `a feature has at most ${MOST_LABELS} labels`);
  if (own >= MOST_OF_ONE)
    throw new HttpError(
      409,
      `you gave this feature ${own} labels; one person gives ${MOST_OF_ONE}`,
    );
  const { id } = await db().$transaction(async (tx) => {
    const data = [{ ...key, dictionary_id, author_id: user.id }];
    await tx.label.createMany({ data, skipDuplicates: true });
    const label = await tx.label.findUniqueOrThrow({ where: { weights_from_index_text: key } });
    await tx.labelVote.createMany({
      data: [{ label_id: label.id, user_id: user.id }],
      skipDuplicates: true,
    });
    return label;
  });
  return getLabel(user, id);
}

/** Other words for a label: those who agreed with the old ones have not agreed with these. */
export async function editLabel(user: User, id: number, text: string): Promise<LabelView | null> {
  const label = await ownLabel(user, id);
  if (!label) return null;
  const { weights_from, index, author_id } = label;
  if (text === label.text) return getLabel(user, id);
  const same = { weights_from_index_text: { weights_from, index, text } };
  if (await db().label.findUnique({ where: same }))
    throw new HttpError(409, `the feature already has the label “${text}”`);
  await db().$transaction([
    db().label.update({ where: { id }, data: { text, edited_at: new Date() } }),
    db().labelVote.deleteMany({ where: { label_id: id, user_id: { not: author_id ?? "" } } }),
  ]);
  return getLabel(user, id);
}

export async function removeLabel(user: User, id: number): Promise<{ removed: true } | null> {
  if (!(await ownLabel(user, id))) return null;
  await db().label.deleteMany({ where: { id } });
  return { removed: true };
}

/** Says that the user agrees with a label, or no longer does. */
export async function voteLabel(
  user: User,
  id: number,
  { agree }: { agree: boolean },
): Promise<LabelView | null> {
  if (!(await getLabel(user, id))) return null;
  const data = { label_id: id, user_id: user.id };
  if (agree) await db().labelVote.createMany({ data: [data], skipDuplicates: true });
  else await db().labelVote.deleteMany({ where: data });
  return getLabel(user, id);
}

/** The row of a label that the user may see and change; null if there is none, 403 if it is another's. */
async function ownLabel(user: User, id: number) {
  if (!(await getLabel(user, id))) return null;
  const label = await db().label.findUnique({ where: { id } });
  if (label && !isOwnOf(user, label.author_id))
    throw new HttpError(403, "the label is another's: only who gave it can change it");
  return label;
}
