import "server-only";
import type { ExampleView } from "@/lib/views.ts";
import { pool } from "../db.ts";
import { examplesLayout, unpack } from "../packed.ts";
import { tokenText, type Vocabulary } from "../vocabulary.ts";
import type { Hit } from "./token-hits.ts";

/** For each hit the example in which the feature fires most on its token, cut to that token at its place. */
export async function examplesOf(
  revision_id: number,
  hits: Hit[],
  vocabulary: Vocabulary,
): Promise<Map<number, ExampleView>> {
  const [stored, contexts] = await Promise.all([
    pool().query<{ feature: number; examples: Uint8Array }>(
      `SELECT feature, examples FROM feature_examples
       WHERE revision_id = $1 AND feature = ANY($2::int[])`,
      [revision_id, hits.map((hit) => hit.feature)],
    ),
    pool().query<{ context: number; tokens: number[] }>(
      "SELECT context, tokens FROM context WHERE revision_id = $1 AND context = ANY($2::int[])",
      [revision_id, hits.map((hit) => hit.context)],
    ),
  ]);
  const packedOf = new Map(stored.rows.map((row) => [row.feature, row.examples]));
  const tokensOf = new Map(contexts.rows.map((row) => [row.context, row.tokens]));
  const found = new Map<number, ExampleView>();
  for (const { feature, context, position } of hits) {
    const packed = packedOf.get(feature);
    const example = (packed ? unpack(examplesLayout, packed) : []).find(
      (one) => one.context === context && (one.activations[position - one.window_start] ?? 0) > 0,
    );
    const tokens = tokensOf.get(context);
    if (!example || !tokens) continue;
    const { window_start, activations } = example;
    const window = tokens.slice(window_start, window_start + activations.length);
    const texts = window.map((id) => tokenText(vocabulary, id));
    found.set(feature, { context, position, window_start, tokens: texts, activations });
  }
  return found;
}
