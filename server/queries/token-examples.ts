import "server-only";
import type { ExampleView } from "@/lib/views.ts";
import { db } from "../db.ts";
import { examplesLayout, unpack } from "../packed.ts";
import type { Form } from "../token-forms.ts";
import { tokenText, type Vocabulary } from "../vocabulary.ts";
import type { Hit } from "./token-hits.ts";

type Stored = ReturnType<typeof unpack<typeof examplesLayout>>[number];

/**
 * For each hit the example in which the feature fires on most of the words, and of those on its own the
 * most; its place is that of the hit's own token.
 */
export async function examplesWith(
  revision_id: number,
  hits: Hit[],
  words: Form[][],
  vocabulary: Vocabulary,
): Promise<Map<number, ExampleView>> {
  const rows = await db().featureExamples.findMany({
    where: { revision_id, feature: { in: hits.map((hit) => hit.feature) } },
  });
  const examplesOf = new Map(
    rows.map((row) => [row.feature, unpack(examplesLayout, row.examples)]),
  );
  const tokensOf = await readContexts(revision_id, [...examplesOf.values()].flat());
  const idsOf = words.map((forms) => new Set(forms.map((form) => form.id)));
  const found = new Map<number, ExampleView>();
  for (const { feature, form } of hits) {
    let best: { words: number; activation: number; example: ExampleView } | null = null;
    for (const example of examplesOf.get(feature) ?? []) {
      const tokens = windowOf(example, tokensOf.get(example.context) ?? []);
      const at = strongest(example.activations, (i) => tokens[i] === form.id);
      const activation = example.activations[at] ?? 0;
      if (activation === 0) continue;
      const count = idsOf.filter((ids) =>
        example.activations.some((a, i) => a > 0 && ids.has(tokens[i] ?? -1)),
      ).length;
      if (best && (count < best.words || (count === best.words && activation <= best.activation)))
        continue;
      best = { words: count, activation, example: toView(example, at, tokens, vocabulary) };
    }
    if (best) found.set(feature, best.example);
  }
  return found;
}

async function readContexts(revision_id: number, examples: Stored[]) {
  const contexts = await db().context.findMany({
    where: { revision_id, context: { in: [...new Set(examples.map((one) => one.context))] } },
    select: { context: true, tokens: true },
  });
  return new Map(contexts.map((row) => [row.context, row.tokens]));
}

function windowOf({ window_start, activations }: Stored, tokens: number[]): number[] {
  return tokens.slice(window_start, window_start + activations.length);
}

/** The place of the largest activation among those that count, or −1. */
function strongest(activations: number[], counts: (i: number) => boolean): number {
  let best = -1;
  for (const [i, activation] of activations.entries())
    if (counts(i) && activation > (activations[best] ?? 0)) best = i;
  return best;
}

function toView(
  { context, window_start, activations }: Stored,
  at: number,
  tokens: number[],
  vocabulary: Vocabulary,
): ExampleView {
  return {
    context,
    position: window_start + at,
    window_start,
    tokens: tokens.map((id) => tokenText(vocabulary, id)),
    activations,
  };
}
