import "server-only";
import { type NeuronpediaSource, slug, sourceIdOf } from "trainer/bundle";
import type { Viewer } from "@/lib/views.ts";
import { HttpError } from "../../http.ts";
import { type FoundRevision, findRevision } from "../dictionaries.ts";

/** A dictionary at its newest revision, as a source of Neuronpedia's. */
export type Source = { found: FoundRevision; about: NeuronpediaSource };

/**
 * What a source's id names: a dictionary's own name, or `{layer}-{name}`, as sourceIdOf makes it. Null if
 * there is no such one that the viewer may see.
 */
export async function findSource(
  viewer: Viewer,
  model: string,
  id: string,
): Promise<Source | null> {
  if (!slug.safeParse(id).success || !slug.safeParse(model).success) return null;
  const whole = await findRevision(viewer, model, id);
  if (whole) return asSource(whole);
  const name = /^(?:\d+|e)-(.+)$/.exec(id)?.[1];
  const found = name === undefined ? null : await findRevision(viewer, model, name);
  const source = found && asSource(found);
  return source?.about.layer === id ? source : null;
}

/** The same; what is not there is a refusal. */
export async function needSource(viewer: Viewer, model: string, id: string): Promise<Source> {
  const source = await findSource(viewer, model, id);
  if (!source) throw new HttpError(404, `Source Not Found: ${model}/${id}`);
  return source;
}

/** A source, and a feature's index within it. */
export async function findIndex(
  viewer: Viewer,
  { modelId, source, index }: { modelId: string; source: string; index: string },
): Promise<{ source: Source; index: number } | null> {
  if (!/^\d{1,9}$/.test(index)) return null;
  const found = await findSource(viewer, modelId, source);
  const at = Number(index);
  return found && at < found.found.summary.d_sae ? { source: found, index: at } : null;
}

function asSource(found: FoundRevision): Source {
  const { model, slug, hook_name, owner, updated_at } = found.summary;
  return {
    found,
    about: {
      modelId: model,
      layer: sourceIdOf({ name: slug, hook_name }),
      sourceSetName: slug,
      hookName: hook_name,
      creatorId: owner ?? "",
      createdAt: updated_at,
    },
  };
}
