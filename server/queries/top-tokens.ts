import "server-only";
import { Prisma } from "@/prisma/client/client";
import { rowsOf } from "../db.ts";
import { tokenText, type Vocabulary } from "../vocabulary.ts";

/** The token on which each feature's top example fires; dead features have none. */
export async function topTokensOf(
  revision_id: number,
  features: number[],
  vocabulary: Vocabulary,
): Promise<Map<number, string>> {
  const rows = await rowsOf<{ index: number; top_token_id: number | null }>(Prisma.sql`
    SELECT index, top_token_id FROM feature
    WHERE revision_id = ${revision_id} AND index = ANY(${features}::int[])`);
  return new Map(
    rows.flatMap(({ index, top_token_id: id }) =>
      id === null ? [] : [[index, tokenText(vocabulary, id)] as const],
    ),
  );
}
