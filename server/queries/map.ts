import "server-only";
import { encodeColumns } from "@/lib/columns.ts";
import { type OverRepresented, overRepresented } from "@/lib/over-represented.ts";
import type {
  DatapointPlace,
  DatapointPoints,
  MapHeader,
  SelectedFeature,
  SelectionView,
  SnippetView,
  Viewer,
} from "@/lib/views.ts";
import { db, pool } from "../db.ts";
import { HttpError } from "../http.ts";
import { activeLayout, unpack } from "../packed.ts";
import { getVocabulary, tokenText } from "../vocabulary.ts";
import { listPoints, snippetAt } from "./datapoints.ts";
import { type FoundRevision as Found, findRevision } from "./dictionaries.ts";
import type { MapColumns } from "./feature-map.ts";

/** how many tokens have a colour of their own, features are listed, datapoints are listed */
const most = { tokens: 8, features: 50, datapoints: 50 };
/** what is active at fewer selected datapoints says little */
const leastActive = 5;

/**
 * What the map draws: a row for each datapoint that has a place, as encodeColumns writes it. `tag` changes
 * with what is answered. Null if there is no such dictionary or revision.
 */
export async function mapPoints(
  viewer: Viewer,
  model: string,
  slug: string,
  revision?: string | null,
): Promise<MapColumns | null> {
  const found = await findRevision(viewer, model, slug, revision);
  if (!found) return null;
  return {
    tag: `points-1-${found.summary.revision}`,
    isPublic: found.summary.visibility === "public",
    bytes: async () => {
      const points = placed(await listPoints(viewer, model, slug, found.summary.revision));
      const vocabulary = await getVocabulary(found.vocabulary_id);
      const tokens = mostFrequent(points.token_id).map(([id, datapoints]) => ({
        id,
        token: tokenText(vocabulary, id),
        datapoints,
      }));
      return encodeColumns(points, { tokens } satisfies MapHeader);
    },
  };
}

/** The text around a position of a stored context, or null. */
export async function getSnippet(
  viewer: Viewer,
  model: string,
  slug: string,
  place: DatapointPlace,
  revision?: string | null,
): Promise<SnippetView | null> {
  const found = await findRevision(viewer, model, slug, revision);
  if (!found) return null;
  return (await snippets(found, [place]))[0] ?? null;
}

/**
 * How some datapoints, given by their rows in datapoints.parquet, differ from all on the map. Throws
 * when none are given, or one that is not on the map; null if there is no such dictionary or revision.
 */
export async function compareSelection(
  viewer: Viewer,
  model: string,
  slug: string,
  indices: number[],
  revision?: string | null,
): Promise<SelectionView | null> {
  const found = await findRevision(viewer, model, slug, revision);
  if (!found) return null;
  const points = placed(await listPoints(viewer, model, slug, found.summary.revision));
  const rows = rowsOf(indices, points.index);
  const worst = rows
    .toSorted((a, b) => (points.ce_diff[b] as number) - (points.ce_diff[a] as number))
    .slice(0, most.datapoints);
  const places = worst.map((row) => ({
    context: points.context[row] as number,
    position: points.position[row] as number,
  }));
  const [features, texts] = await Promise.all([
    overRepresentedFeatures(found, new Set(rows.map((row) => points.index[row] as number))),
    snippets(found, places),
  ]);
  const means = (["ce_diff", "squared_error", "norm_x", "l0"] as const).map((name) => {
    const column: ArrayLike<number> = points[name];
    const overall = mean(Array.from(column));
    return { name, inside: mean(rows.map((row) => column[row] ?? 0)), overall };
  });
  return {
    selected: rows.length,
    total: points.index.length,
    means,
    features,
    datapoints: texts.map((text, i) => ({ ...text, ce_diff: points.ce_diff[worst[i] ?? 0] ?? 0 })),
  };
}

type Placed = DatapointPoints & { index: Int32Array };

/** The rows that have a place in the plane, each with its row among all. */
function placed(points: DatapointPoints | null): Placed {
  if (!points) throw new Error("a revision that was found a moment ago is gone");
  const index = Int32Array.from(points.umap_x.keys()).filter((i) =>
    Number.isFinite(points.umap_x[i]),
  );
  const columns = Object.entries(points).map(([name, column]) => [
    name,
    column instanceof Int32Array
      ? index.map((i) => column[i] as number)
      : Float32Array.from(index, (i) => column[i] as number),
  ]);
  return { index, ...Object.fromEntries(columns) };
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function mostFrequent(ids: Int32Array): [id: number, datapoints: number][] {
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, most.tokens);
}

function rowsOf(indices: number[], known: Int32Array): number[] {
  if (indices.length === 0)
    throw new HttpError(400, "the selection is empty: expected at least one datapoint of the map");
  const rowOf = new Map(Array.from(known, (index, row) => [index, row]));
  return [...new Set(indices)].map((index) => {
    const row = rowOf.get(index);
    if (row === undefined)
      throw new HttpError(400, `datapoint ${index} is not on the map, which has ${known.length}`);
    return row;
  });
}

async function overRepresentedFeatures(
  found: Found,
  selected: Set<number>,
): Promise<SelectionView["features"]> {
  const { rows } = await pool().query<[number, Uint8Array | null]>({
    text: `SELECT index, active FROM datapoint WHERE revision_id = $1 AND umap_x IS NOT NULL`,
    values: [found.id],
    rowMode: "array",
  });
  const inside = new Int32Array(found.summary.d_sae);
  const overall = new Int32Array(found.summary.d_sae);
  for (const [index, active] of rows) {
    const features = active && unpack(activeLayout, active)[0]?.features;
    if (!features) return null;
    const isSelected = selected.has(index) ? 1 : 0;
    for (const feature of features) {
      overall[feature] = (overall[feature] ?? 0) + 1;
      inside[feature] = (inside[feature] ?? 0) + isSelected;
    }
  }
  const least = Math.min(leastActive, selected.size);
  const { features, tests } = overRepresented(
    { selected: selected.size, total: rows.length, inside, overall },
    { least, most: most.features },
  );
  return { tests, least, rows: await described(found, features) };
}

async function described(
  { id, vocabulary_id }: Found,
  features: OverRepresented[],
): Promise<SelectedFeature[]> {
  const [vocabulary, known] = await Promise.all([
    getVocabulary(vocabulary_id),
    db().feature.findMany({
      where: { revision_id: id, index: { in: features.map((feature) => feature.index) } },
      select: { index: true, density: true, top_token_id: true },
    }),
  ]);
  const byIndex = new Map(known.map((feature) => [feature.index, feature]));
  return features.map((feature) => {
    const { density = 0, top_token_id = null } = byIndex.get(feature.index) ?? {};
    const top_token = top_token_id === null ? null : tokenText(vocabulary, top_token_id);
    return { ...feature, density, top_token };
  });
}

async function snippets(
  { id, vocabulary_id }: Found,
  places: DatapointPlace[],
): Promise<SnippetView[]> {
  const [vocabulary, contexts] = await Promise.all([
    getVocabulary(vocabulary_id),
    db().context.findMany({
      where: { revision_id: id, context: { in: [...new Set(places.map((at) => at.context))] } },
      select: { context: true, tokens: true },
    }),
  ]);
  const tokensOf = new Map(contexts.map(({ context, tokens }) => [context, tokens]));
  return places.flatMap(({ context, position }) => {
    const tokens = tokensOf.get(context) ?? [];
    if (position >= tokens.length) return [];
    return [{ context, position, snippet: snippetAt(position, tokens, vocabulary) }];
  });
}
