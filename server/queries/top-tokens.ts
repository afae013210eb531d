import "server-only";
import { db } from "../db.ts";
import { tokenText, type Vocabulary } from "../vocabulary.ts";

/** The token on which each feature's top example fires; dead features have none. */
export async function topTokensOf(
  revision_id: number,
  features: number[],
  vocabulary: Vocabulary,
): Promise<Map<number, string>> {
  const rows = await db().feature.findMany({
    where: { revision_id, index: { in: features } },
    select: { index: true, top_token_id: true },
  });
  return new Map(
    rows.flatMap(({ index, top_token_id: id }) =>
      id === null ? [] : [[index, tokenText(vocabulary, id)] as const],
    ),
  );
}
