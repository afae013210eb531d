import "server-only";
import { type AblatedContext, ablation } from "trainer/bundle";
import type { AblationView, Viewer } from "@/lib/views.ts";
import { db } from "../db.ts";
import { askLive } from "../inference/live.ts";
import { dictionaryPin } from "../inference/weights.ts";
import { ablationLayout, examplesLayout, pack, unpack } from "../packed.ts";
import { getVocabulary, tokenText } from "../vocabulary.ts";
import { type FoundRevision, findRevision } from "./dictionaries.ts";
import { modelPin } from "./try-text.ts";

type Named = { model: string; slug: string; index: number; revision?: string | null | undefined };
type Place = { context: number; position: number };

/** Top examples that a feature is removed from, and the tokens that their contexts may have together. */
const MOST_EXAMPLES = 10;
const MOST_TOKENS = 4096;

/** What was computed of the feature before, or null: it is the page that asks, which waits for nothing. */
export async function storedAblation(
  viewer: Viewer,
  { model, slug, index, revision }: Named,
): Promise<AblationView | null> {
  const found = await findRevision(viewer, model, slug, revision);
  const contexts = found && (await readStored(found, index));
  return contexts && toView(found, contexts);
}

/** The same, computed now if it never was; null if there is no such feature. */
export async function getAblation(
  viewer: Viewer,
  { model, slug, index, revision }: Named,
  beforeComputing: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<AblationView | null> {
  const found = await findRevision(viewer, model, slug, revision);
  if (!found || index >= found.summary.d_sae) return null;
  const stored = await readStored(found, index);
  if (stored) return toView(found, stored);
  await beforeComputing();
  const contexts = await compute(found, index, signal);
  await storeAblation(found.id, index, contexts);
  return toView(found, contexts);
}

export async function storeAblation(
  revision_id: number,
  feature: number,
  contexts: (AblatedContext & Place)[],
): Promise<void> {
  const rows = contexts.map((row) => ({ ...row, from: row.from ?? -1 }));
  const { formula_version } = ablation;
  const kept = { formula_version, contexts: new Uint8Array(pack(ablationLayout, rows)) };
  await db().ablation.upsert({
    where: { revision_id_feature: { revision_id, feature } },
    create: { revision_id, feature, ...kept },
    update: kept,
  });
}

async function readStored(
  { id }: FoundRevision,
  feature: number,
): Promise<(AblatedContext & Place)[] | null> {
  const row = await db().ablation.findUnique({
    where: { revision_id_feature: { revision_id: id, feature } },
  });
  if (row?.formula_version !== ablation.formula_version) return null;
  return unpack(ablationLayout, row.contexts).map(({ from, ...rest }) => ({
    ...rest,
    from: from < 0 ? null : from,
  }));
}

async function compute(
  found: FoundRevision,
  feature: number,
  signal?: AbortSignal,
): Promise<(AblatedContext & Place)[]> {
  const examples = await topExamples(found, feature);
  if (examples.length === 0) return [];
  const { contexts } = await askLive(
    {
      kind: "ablation",
      model: modelPin(found),
      dictionary: await dictionaryPin(found),
      contexts: examples.map(({ tokens }) => tokens),
      feature,
    },
    signal,
  );
  return contexts.map((ablated, i) => {
    const { context, position } = examples[i] as (typeof examples)[number];
    return { context, position, ...ablated };
  });
}

/** The feature's strongest examples, each with its context, which are of one length. */
async function topExamples({ id }: FoundRevision, feature: number) {
  const row = await db().featureExamples.findUnique({
    where: { revision_id_feature: { revision_id: id, feature } },
  });
  const top = row ? unpack(examplesLayout, row.examples).filter((one) => one.interval === 0) : [];
  const tokensOf = await contextTokens(
    id,
    top.map(({ context }) => context),
  );
  const found = top.flatMap(({ context, position }) => {
    const tokens = tokensOf.get(context);
    return tokens ? [{ context, position, tokens }] : [];
  });
  const length = found[0]?.tokens.length ?? 1;
  const most = Math.max(1, Math.min(MOST_EXAMPLES, Math.floor(MOST_TOKENS / length)));
  return found.filter(({ tokens }) => tokens.length === length).slice(0, most);
}

async function toView(
  { id, vocabulary_id }: FoundRevision,
  contexts: (AblatedContext & Place)[],
): Promise<AblationView> {
  const [vocabulary, tokensOf] = await Promise.all([
    getVocabulary(vocabulary_id),
    contextTokens(
      id,
      contexts.map(({ context }) => context),
    ),
  ]);
  return {
    formula_version: ablation.formula_version,
    contexts: contexts.map((row) => ({
      ...row,
      activations: row.activations.map(short),
      ce_sae: row.ce_sae.map(short),
      ce_without: row.ce_without.map(short),
      tokens: (tokensOf.get(row.context) ?? []).map((token) => tokenText(vocabulary, token)),
    })),
  };
}

async function contextTokens(
  revision_id: number,
  contexts: number[],
): Promise<Map<number, number[]>> {
  const rows = await db().context.findMany({
    where: { revision_id, context: { in: [...new Set(contexts)] } },
    select: { context: true, tokens: true },
  });
  return new Map(rows.map(({ context, tokens }) => [context, tokens]));
}

/** A float32 in the digits that it has, so that what is stored and what was computed read alike. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}
