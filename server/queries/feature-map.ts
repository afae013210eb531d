import "server-only";
import { encodeColumns } from "@/lib/columns.ts";
import type { FeaturePoints, FeaturePreview, Viewer } from "@/lib/views.ts";
import { db, pool } from "../db.ts";
import { examplesLayout, featureLayout, unpack } from "../packed.ts";
import { getVocabulary, tokenText } from "../vocabulary.ts";
import { findRevision } from "./dictionaries.ts";
import { bestLabels } from "./labels.ts";

/** What a map draws: its columns as bytes, and a tag that changes with them. */
export type MapColumns = { tag: string; isPublic: boolean; bytes: () => Promise<Uint8Array> };

/**
 * What the map of features draws: a row for each feature in order of the index, as encodeColumns writes
 * it. Null if there is no such dictionary or revision.
 */
export async function featurePoints(
  viewer: Viewer,
  model: string,
  slug: string,
  revision?: string | null,
): Promise<MapColumns | null> {
  const found = await findRevision(viewer, model, slug, revision);
  return (
    found && {
      tag: `feature-points-1-${found.summary.revision}`,
      isPublic: found.summary.visibility === "public",
      bytes: async () => encodeColumns(await readPoints(found.id)),
    }
  );
}

async function readPoints(revision_id: number): Promise<FeaturePoints> {
  const { rows } = await pool().query<number[]>({
    text: `SELECT index, density, max_activation, nearest_cosine, encoder_decoder_cosine,
        decoder_norm, umap_x, umap_y
      FROM feature WHERE revision_id = $1 ORDER BY index`,
    values: [revision_id],
    rowMode: "array",
  });
  const floats = (column: number) => Float32Array.from(rows, (row) => row[column] as number);
  return {
    index: Int32Array.from(rows, (row) => row[0] as number),
    density: floats(1),
    max_activation: floats(2),
    nearest_cosine: floats(3),
    encoder_decoder_cosine: floats(4),
    decoder_norm: floats(5),
    umap_x: floats(6),
    umap_y: floats(7),
  };
}

/** how many tokens a preview shows, around that on which its example fires */
const shown = { before: 9, after: 6, promoted: 5 };

/** A feature at a glance, or null if there is none of this index. */
export async function getFeaturePreview(
  viewer: Viewer,
  model: string,
  slug: string,
  index: number,
  revision?: string | null,
): Promise<FeaturePreview | null> {
  const found = await findRevision(viewer, model, slug, revision);
  if (!found || !(index >= 0 && index < found.summary.d_sae)) return null;
  const [vocabulary, labels, stored, examples] = await Promise.all([
    getVocabulary(found.vocabulary_id),
    bestLabels(found, [index]),
    db().feature.findUnique({
      where: { revision_id_index: { revision_id: found.id, index } },
      select: { record: true, top_token_id: true },
    }),
    db().featureExamples.findUnique({
      where: { revision_id_feature: { revision_id: found.id, feature: index } },
      select: { examples: true },
    }),
  ]);
  const record = stored && unpack(featureLayout, stored.record)[0];
  if (!record) return null;
  const text = (id: number) => tokenText(vocabulary, id);
  const top = examples && unpack(examplesLayout, examples.examples)[0];
  const context =
    top &&
    (await db().context.findUnique({
      where: { revision_id_context: { revision_id: found.id, context: top.context } },
      select: { tokens: true },
    }));
  const { density, max_activation, top_logit_tokens } = record;
  return {
    index,
    density,
    max_activation,
    label: labels.get(index) ?? null,
    top_token: stored.top_token_id === null ? null : text(stored.top_token_id),
    promoted: top_logit_tokens.slice(0, shown.promoted).map(text),
    example: top && context ? excerpt(top, context.tokens.map(text)) : null,
  };
}

type Top = { position: number; window_start: number; activations: number[] };

/** The tokens around that on which a feature fires, of those in the window whose activations are stored. */
function excerpt(
  { position, window_start, activations }: Top,
  tokens: string[],
): FeaturePreview["example"] {
  const at = position - window_start;
  const [from, to] = [Math.max(0, at - shown.before), at + 1 + shown.after];
  return {
    tokens: tokens.slice(window_start, window_start + activations.length).slice(from, to),
    activations: activations.slice(from, to),
  };
}
