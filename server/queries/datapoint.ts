import "server-only";
import { type DatapointOrigin, datapointOrigins, type TokenPolicy } from "trainer/bundle";
import type {
  ActiveFeature,
  ContextToken,
  DatapointPlace,
  DatapointView,
  Viewer,
} from "@/lib/views.ts";
import type { Datapoint } from "@/prisma/client/client";
import { db } from "../db.ts";
import { activeLayout, lossesLayout, unpack } from "../packed.ts";
import { getVocabulary, tokenText, type Vocabulary } from "../vocabulary.ts";
import { type FoundRevision, findRevision, newestRevisions, summariesOf } from "./dictionaries.ts";

/**
 * A token position in its context, with its losses and what else is stored of it. Null if there is no
 * such dictionary or revision, or if nothing was measured there.
 */
export async function getDatapoint(
  viewer: Viewer,
  model: string,
  slug: string,
  { context, position }: DatapointPlace,
  revision?: string | null,
): Promise<DatapointView | null> {
  const found = await findRevision(viewer, model, slug, revision);
  if (!found) return null;
  const at = { revision_id_context: { revision_id: found.id, context } };
  const [vocabulary, text, stored, datapoints] = await Promise.all([
    getVocabulary(found.vocabulary_id),
    db().context.findUnique({ where: at, select: { tokens: true } }),
    db().contextLosses.findUnique({ where: at, select: { losses: true } }),
    db().datapoint.findMany({
      where: { revision_id: found.id, context },
      omit: { active: true },
      orderBy: { position: "asc" },
    }),
  ]);
  if (!text) return null;
  const datapoint = datapoints.find((one) => one.position === position) ?? null;
  const losses = toLosses(stored?.losses);
  const figures = figuresAt(position, datapoint, losses);
  if (!figures) return null;
  const [active, neighbours, layers] = await Promise.all([
    datapoint && activeAt(datapoint, vocabulary),
    neighboursOf(found.id, figures.ce_diff, datapoint?.index ?? -1),
    layersOf(viewer, found, { context, position, ...figures }, text.tokens),
  ]);
  return {
    dictionary: found.summary,
    context,
    position,
    tokens: toTokens(text.tokens, losses, {
      stored: new Set(datapoints.map((one) => one.position)),
      policy: found.manifest.provenance.token_policy,
      vocabulary,
    }),
    figures,
    origin: datapoint && (datapointOrigins[datapoint.origin] as DatapointOrigin),
    active,
    ...neighbours,
    layers,
  };
}

type Loss = { ce_clean: number; ce_sae: number };
type Losses = { ce_clean: number[]; ce_sae: number[] };

function toLosses(packed: Uint8Array | undefined): Losses {
  return (packed && unpack(lossesLayout, packed)[0]) ?? { ce_clean: [], ce_sae: [] };
}

function lossAt(position: number, losses: Losses): Loss | null {
  const [ce_clean, ce_sae] = [losses.ce_clean[position], losses.ce_sae[position]];
  return ce_clean === undefined || ce_sae === undefined ? null : { ce_clean, ce_sae };
}

type Stored = Omit<Datapoint, "active">;

/** What is known of the position: all of a datapoint's figures, or its losses alone, or nothing. */
function figuresAt(
  position: number,
  datapoint: Stored | null,
  losses: Losses,
): DatapointView["figures"] | null {
  if (datapoint) {
    const { ce_clean, ce_sae, ce_diff, squared_error, norm_x, norm_x_hat, l0 } = datapoint;
    return { ce_clean, ce_sae, ce_diff, squared_error, norm_x, norm_x_hat, l0 };
  }
  const loss = lossAt(position, losses);
  if (!loss) return null;
  const others = { squared_error: null, norm_x: null, norm_x_hat: null, l0: null };
  return { ...loss, ce_diff: loss.ce_sae - loss.ce_clean, ...others };
}

function toTokens(
  ids: number[],
  losses: Losses,
  of: { stored: ReadonlySet<number>; policy: TokenPolicy; vocabulary: Vocabulary },
): ContextToken[] {
  const { exclude_first_position, exclude_token_ids } = of.policy;
  return ids.map((id, position) => ({
    token: tokenText(of.vocabulary, id),
    ce_clean: losses.ce_clean[position] ?? null,
    ce_sae: losses.ce_sae[position] ?? null,
    counted: !(exclude_first_position && position === 0) && !exclude_token_ids.includes(id),
    stored: of.stored.has(position),
  }));
}

/** What is active there, the most active first; null where the bundle does not say. */
async function activeAt(
  { revision_id, index }: Stored,
  vocabulary: Vocabulary,
): Promise<ActiveFeature[] | null> {
  const { active } = await db().datapoint.findUniqueOrThrow({
    where: { revision_id_index: { revision_id, index } },
    select: { active: true },
  });
  const unpacked = active && unpack(activeLayout, active)[0];
  if (!unpacked) return null;
  const known = await db().feature.findMany({
    where: { revision_id, index: { in: unpacked.features } },
    select: { index: true, density: true, top_token_id: true },
  });
  const byIndex = new Map(known.map((feature) => [feature.index, feature]));
  return unpacked.features
    .map((feature, i) => {
      const { density = 0, top_token_id = null } = byIndex.get(feature) ?? {};
      return {
        index: feature,
        activation: unpacked.activations[i] ?? 0,
        density,
        top_token: top_token_id === null ? null : tokenText(vocabulary, top_token_id),
      };
    })
    .sort((a, b) => b.activation - a.activation);
}

/** Its place among the datapoints in order of CE-diff, as tables sort them, and those beside it. */
async function neighboursOf(revision_id: number, ce_diff: number, index: number) {
  const [row] = await db().$queryRaw<
    {
      worse: number;
      datapoints: number;
      next_worse: DatapointPlace | null;
      next_better: DatapointPlace | null;
    }[]
  >`
    SELECT
      (SELECT count(*)::int FROM datapoint
        WHERE revision_id = ${revision_id} AND (ce_diff, index) > (${ce_diff}::float4, ${index}::int)
      ) AS worse,
      (SELECT count(*)::int FROM datapoint WHERE revision_id = ${revision_id}) AS datapoints,
      (SELECT json_build_object('context', context, 'position', position) FROM datapoint
        WHERE revision_id = ${revision_id} AND (ce_diff, index) > (${ce_diff}::float4, ${index}::int)
        ORDER BY ce_diff, index LIMIT 1) AS next_worse,
      (SELECT json_build_object('context', context, 'position', position) FROM datapoint
        WHERE revision_id = ${revision_id} AND (ce_diff, index) < (${ce_diff}::float4, ${index}::int)
        ORDER BY ce_diff DESC, index DESC LIMIT 1) AS next_better`;
  return row as NonNullable<typeof row>;
}

/**
 * The position in every dictionary of the model that measured the same context, this one among them,
 * by layer. That a context's tokens are the same is what makes it the same text.
 */
async function layersOf(
  viewer: Viewer,
  { id, dictionary_id, summary }: FoundRevision,
  { context, position, ce_clean, ce_sae }: DatapointPlace & Loss,
  tokens: number[],
): Promise<DatapointView["layers"]> {
  const newest = await newestRevisions(viewer, summary.model);
  const others = newest.filter((one) => one.dictionary_id !== dictionary_id).map((one) => one.id);
  const rows = await db().$queryRaw<{ revision_id: number; losses: Uint8Array }[]>`
    SELECT revision_id, losses FROM context_losses
    JOIN context USING (revision_id, context)
    WHERE revision_id = ANY(${others}::int[]) AND context = ${context}
      AND context.tokens = ${tokens}::int[]`;
  const losses = new Map<number, Loss>([[id, { ce_clean, ce_sae }]]);
  for (const row of rows) {
    const loss = lossAt(position, toLosses(row.losses));
    if (loss) losses.set(row.revision_id, loss);
  }
  const summaries = await summariesOf([...losses.keys()]);
  return summaries.map(({ revision_id, summary }) => ({
    dictionary: summary,
    ...(losses.get(revision_id) as Loss),
  }));
}
