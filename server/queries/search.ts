import "server-only";
import { parseAddress } from "@/lib/address.ts";
import { dictionaryPath, featurePath, modelPath } from "@/lib/routes.ts";
import type { DictionarySummary, ModelSummary, Viewer } from "@/lib/views.ts";
import { listDictionaries } from "./dictionaries.ts";
import { listModels } from "./models.ts";

/**
 * Where "model/dictionary/index", "dictionary/index", a name or a whole address leads; null when it
 * names nothing, or more than one thing.
 */
export async function findAddress(viewer: Viewer, text: string): Promise<string | null> {
  const dictionaries = await listDictionaries(viewer);
  const named = dictionaries.filter(({ slug }) => slug === text);
  if (named[0] && named.length === 1) return dictionaryPath(named[0].model, named[0].slug);
  const address = parseAddress(text.includes("/") ? text : `/${text}`);
  if (!address) return null;
  const { model, dictionary, index } = address;
  if (dictionary === undefined) {
    return dictionaries.some((d) => d.model === model) ? modelPath(model) : null;
  }
  const found = dictionaries.find((d) => d.model === model && d.slug === dictionary);
  if (found && index === undefined) return dictionaryPath(model, dictionary);
  if (found && index !== undefined && index < found.d_sae)
    return featurePath(model, dictionary, index);
  return null;
}

/** Models and dictionaries whose names hold the text, in either case. */
export async function searchNames(
  viewer: Viewer,
  text: string,
): Promise<{ models: ModelSummary[]; dictionaries: DictionarySummary[] }> {
  const wanted = text.toLowerCase();
  const [models, dictionaries] = await Promise.all([listModels(viewer), listDictionaries(viewer)]);
  return {
    models: models.filter(({ slug }) => slug.includes(wanted)),
    dictionaries: dictionaries.filter(({ model, slug, hook_name }) =>
      `${model}/${slug} ${hook_name}`.includes(wanted),
    ),
  };
}
