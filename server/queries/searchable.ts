import "server-only";
import type { SearchQuery, Viewer } from "@/lib/views.ts";
import { db } from "../db.ts";
import { listed } from "../visibility.ts";

/** A dictionary's newest revision, as far as search needs it. */
export type Searchable = {
  id: number;
  model: string;
  slug: string;
  hook_name: string;
  vocabulary_id: number;
  /** what labels of its features are kept under */
  weights_from: number;
  /** whether its tokens are indexed */
  indexed: boolean;
};

/** What a search looks through, in order of model, layer and name. */
export async function listSearchable(
  viewer: Viewer,
  { model, dictionary }: Pick<SearchQuery, "model" | "dictionary">,
): Promise<Searchable[]> {
  const rows = await db().$queryRaw<Searchable[]>`
    SELECT DISTINCT ON (dictionary.id)
      revision.id, model.slug AS model, dictionary.slug, vocabulary_id, weights_from,
      manifest->'sae'->>'hook_name' AS hook_name,
      to_regclass(format('token_features_r%s', revision.id)) IS NOT NULL AS indexed
    FROM revision
    JOIN dictionary ON dictionary.id = revision.dictionary_id
    JOIN model ON model.id = dictionary.model_id
    WHERE ${listed(viewer)}
      AND (${model} = '' OR model.slug = ${model})
      AND (${dictionary} = '' OR dictionary.slug = ${dictionary})
    ORDER BY dictionary.id, revision.id DESC`;
  return rows.sort(byPlace);
}

function byPlace(a: Searchable, b: Searchable): number {
  return (
    a.model.localeCompare(b.model) ||
    a.hook_name.localeCompare(b.hook_name, "en", { numeric: true }) ||
    a.slug.localeCompare(b.slug)
  );
}
