import "server-only";
import type { ModelPin } from "trainer/bundle";
import type { FeatureTryView, TriedFeature, TryView, Viewer } from "@/lib/views.ts";
import type { TryBody } from "../api/live-schemas.ts";
import { db } from "../db.ts";
import { errorBody, HttpError } from "../http.ts";
import { askLive } from "../inference/live.ts";
import { takeTextTurn } from "../inference/turn.ts";
import { dictionaryPin } from "../inference/weights.ts";
import { getVocabulary, tokenText } from "../vocabulary.ts";
import { type FoundRevision, findRevision } from "./dictionaries.ts";

/** What some dictionaries of a model say of a text, computed now. */
export async function tryText(
  viewer: Viewer,
  { model, dictionaries, text, strongest, feature }: TryBody,
  signal?: AbortSignal,
): Promise<TryView> {
  const found = await Promise.all(
    dictionaries.map(async ({ name, revision }) => {
      const one = await findRevision(viewer, model, name, revision);
      if (one) return one;
      throw new HttpError(
        404,
        `there is no dictionary ${model}/${name}${revision ? ` ${revision}` : ""}`,
      );
    }),
  );
  const [first] = found as [FoundRevision];
  const { tokens, dictionaries: tried } = await askLive(
    {
      kind: "text",
      model: modelPin(first),
      dictionaries: await Promise.all(found.map(dictionaryPin)),
      text,
      strongest,
      follow: feature === null ? [] : [feature],
      losses: true,
    },
    signal,
  );
  return {
    model,
    tokens,
    dictionaries: await Promise.all(
      tried.map(async (one, i) => {
        const revision = found[i] as FoundRevision;
        const features = await withFacts(revision, one.features);
        return { ...one, features, dictionary: revision.summary };
      }),
    ),
  };
}

/** The same for a page, which shows what was wrong in its place. */
export async function triedOrWhyNot(
  viewer: Viewer,
  headers: Headers,
  body: TryBody,
): Promise<TryView | string> {
  try {
    await takeTextTurn(headers);
    return await tryText(viewer, body);
  } catch (error) {
    return errorBody(error).error.message;
  }
}

/** What one feature does along a text, or null if there is no such feature. */
export async function tryFeature(
  viewer: Viewer,
  {
    model,
    slug,
    index,
    revision,
  }: { model: string; slug: string; index: number; revision?: string | undefined },
  text: string,
  signal?: AbortSignal,
): Promise<FeatureTryView | null> {
  const found = await findRevision(viewer, model, slug, revision);
  if (!found || index >= found.summary.d_sae) return null;
  const asked = {
    model: modelPin(found),
    dictionaries: [await dictionaryPin(found)],
    text,
    strongest: 0,
    follow: [index],
    losses: false,
  };
  const { tokens, dictionaries } = await askLive({ kind: "text", ...asked }, signal);
  const { counted, features } = dictionaries[0] as (typeof dictionaries)[number];
  const [facts] = (await withFacts(found, features)) as [TriedFeature];
  const activations: number[] = new Array(tokens.length).fill(0);
  for (const [i, at] of facts.positions.entries()) activations[at] = facts.activations[i] as number;
  return { tokens, counted, activations, max_activation: facts.max_activation };
}

/** The model that a bundle was made on. */
export function modelPin({ manifest: { provenance } }: FoundRevision): ModelPin {
  const { id, source, commit, weights_sha256 } = provenance.model;
  const { tokenizer_sha256 } = provenance;
  return { id, source, commit, weights_sha256, tokenizer_sha256 };
}

async function withFacts(
  { id, vocabulary_id }: FoundRevision,
  features: Pick<TriedFeature, "index" | "positions" | "activations">[],
): Promise<TriedFeature[]> {
  const [vocabulary, rows] = await Promise.all([
    getVocabulary(vocabulary_id),
    db().feature.findMany({
      where: { revision_id: id, index: { in: features.map(({ index }) => index) } },
      select: { index: true, density: true, max_activation: true, top_token_id: true },
    }),
  ]);
  const known = new Map(rows.map((row) => [row.index, row]));
  return features.map((feature) => {
    const { density = 0, max_activation = 0, top_token_id = null } = known.get(feature.index) ?? {};
    const top_token = top_token_id === null ? null : tokenText(vocabulary, top_token_id);
    return { ...feature, density, max_activation, top_token };
  });
}
