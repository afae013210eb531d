import "server-only";
import type { Visibility } from "@/lib/views.ts";
import { db } from "../../db.ts";
import type { Source } from "./source.ts";

const visibilities = {
  public: "PUBLIC",
  unlisted: "UNLISTED",
  private: "PRIVATE",
} as const satisfies Record<Visibility, string>;

/** What Neuronpedia says of the model, the source and its set beside each feature. */
export async function describeSource({ found, about }: Source) {
  const { cfg, dictionary } = await db().revision.findUniqueOrThrow({
    where: { id: found.id },
    select: {
      cfg: true,
      dictionary: {
        select: {
          description: true,
          created_at: true,
          model: { select: { n_layers: true, d_model: true, created_at: true } },
        },
      },
    },
  });
  const { provenance } = found.manifest;
  const { modelId, layer, sourceSetName, creatorId } = about;
  const visibility = visibilities[found.summary.visibility];
  const createdAt = dictionary.created_at.toISOString();
  const made = provenance.model.source;
  const modelCreatedAt = dictionary.model.created_at.toISOString();
  const { context_size } = (cfg as { metadata: { context_size: number } }).metadata;
  return {
    model: {
      id: modelId,
      displayNameShort: modelId,
      displayName: modelId,
      creatorId: "",
      tlensId: made,
      dimension: dictionary.model.d_model,
      thinking: false,
      visibility: "PUBLIC" as const,
      defaultSourceSetName: null,
      defaultSourceId: null,
      inferenceEnabled: true,
      instruct: false,
      layers: dictionary.model.n_layers,
      neuronsPerLayer: 0,
      createdAt: modelCreatedAt,
      owner: made?.split("/")[0] ?? "",
      updatedAt: modelCreatedAt,
      website: null,
    },
    source: {
      id: layer,
      modelId,
      hasDashboards: true,
      inferenceEnabled: true,
      saelensConfig: cfg,
      saelensRelease: null,
      saelensSaeId: null,
      hfRepoId: provenance.import?.source ?? null,
      hfFolderId: provenance.import?.source ? provenance.import.where : null,
      visibility,
      defaultOfModelId: null,
      setName: sourceSetName,
      creatorId,
      hasUmap: true,
      hasUmapLogSparsity: true,
      hasUmapClusters: false,
      num_prompts: null,
      num_tokens_in_prompt: context_size,
      dataset: provenance.corpus.source ?? provenance.corpus.id,
      notes: dictionary.description,
      cosSimMatchModelId: null,
      cosSimMatchSourceId: null,
      createdAt,
    },
    sourceSet: {
      modelId,
      name: sourceSetName,
      hasDashboards: true,
      allowInferenceSearch: true,
      visibility,
      description: dictionary.description,
      type: "",
      creatorName: creatorId,
      urls: [],
      creatorEmail: null,
      creatorId,
      releaseName: null,
      defaultOfModelId: null,
      defaultRange: 1,
      defaultShowBreaks: true,
      showDfa: false,
      showCorrelated: false,
      showHeadAttribution: false,
      showUmap: true,
      createdAt,
    },
    creator: { name: creatorId },
  };
}
