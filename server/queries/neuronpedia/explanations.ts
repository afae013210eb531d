import "server-only";
import type { Viewer } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { rowsOf } from "../../db.ts";
import { searchLabels } from "../search-labels.ts";
import { neuronsOf } from "./neurons.ts";
import { findSource, needSource, type Source } from "./source.ts";

const PAGE = 20;
const EXAMPLES = 3;
const MOST_PLACES = 10_000;

/** Where labels are looked for: everywhere, in a model, in dictionaries of a name, or in a model's sources. */
type Asked = {
  query: string;
  offset: number;
  modelId?: string;
  releaseName?: string;
  layers?: string[];
};

/** Features by what people call them, a page at a time, each with its strongest examples. */
export async function searchExplanations(viewer: Viewer, request: Asked) {
  const { query, offset, modelId = "", releaseName = "", layers } = request;
  const named = layers && (await Promise.all(layers.map((id) => needSource(viewer, modelId, id))));
  const dictionary = named?.map(({ about }) => about.sourceSetName) ?? releaseName;
  const { hits, more } = await searchLabels(
    viewer,
    { q: query, model: modelId, dictionary },
    { limit: PAGE, offset },
  );
  const results = [];
  for (const hit of hits) {
    const source = await findSource(viewer, hit.model, hit.dictionary);
    if (!source) continue;
    const neuron = (await neuronsOf(source, [hit.index], EXAMPLES)).get(hit.index);
    results.push({
      modelId: hit.model,
      layer: source.about.layer,
      index: String(hit.index),
      description: hit.text,
      explanationModelName: null,
      typeName: "human" as const,
      cosine_similarity: null,
      maxActApprox: neuron?.maxActApprox ?? 0,
      frac_nonzero: neuron?.frac_nonzero ?? 0,
      neuron,
    });
  }
  return {
    request,
    results,
    resultsCount: results.length,
    hasMore: more,
    ...(more && { nextOffset: offset + hits.length }),
  };
}

/** Where the features that have names lie on the map, by source. */
export async function placesOf(
  viewer: Viewer,
  { modelId, layers }: { modelId: string; layers: string[] },
) {
  const sources = await Promise.all(layers.map((id) => needSource(viewer, modelId, id)));
  const places = await Promise.all(sources.map(placesIn));
  return Object.fromEntries(layers.map((layer, i) => [layer, places[i] ?? []]));
}

async function placesIn({ found, about }: Source) {
  type Row = {
    id: number;
    index: number;
    text: string;
    umap_x: number;
    umap_y: number;
    log: number;
  };
  const rows = await rowsOf<Row>(Prisma.sql`
    SELECT label.id, label.index, text, umap_x, umap_y, log(density + 1e-10)::float8 AS log
    FROM label JOIN feature ON revision_id = ${found.id} AND feature.index = label.index
    WHERE weights_from = ${found.weights_from}
    ORDER BY label.index, label.id LIMIT ${MOST_PLACES}`);
  return rows.map(({ id, index, text, log, umap_x, umap_y }) => ({
    id: String(id),
    layer: about.layer,
    index: String(index),
    description: text,
    umap_cluster: null,
    umap_x,
    umap_y,
    umap_log_feature_sparsity: log,
  }));
}
