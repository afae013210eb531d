import type { SaelensCfg } from "./cfg.ts";
import type { Manifest } from "./manifest.ts";
import { sourceIdOf } from "./neuronpedia-rows.ts";

/** What is said of a dictionary beside its bundle. */
export type NeuronpediaSaid = {
  visibility: "PUBLIC" | "UNLISTED" | "PRIVATE";
  /** in Markdown */
  description: string;
  creatorId: string;
  creatorName: string;
  /** whether texts can be tried where this is read */
  inferenceEnabled: boolean;
  /** of the dictionary, and of the model */
  createdAt: string;
  modelCreatedAt: string;
};

/** A bundle's model, itself and its set as rows of Neuronpedia's tables `Model`, `Source` and `SourceSet`. */
export function aboutRows(manifest: Manifest, cfg: SaelensCfg, said: NeuronpediaSaid) {
  const { model_id, name, provenance, sae } = manifest;
  const { visibility, creatorId, inferenceEnabled, createdAt, modelCreatedAt, description } = said;
  const { source: made, n_layers, d_model } = provenance.model;
  const { corpus, import: imported } = provenance;
  const dashboards = imported?.dashboards;
  const model = {
    id: model_id,
    displayNameShort: model_id,
    displayName: model_id,
    creatorId,
    tlensId: made,
    dimension: d_model,
    visibility: "PUBLIC" as const,
    defaultSourceSetName: null,
    defaultSourceId: null,
    inferenceEnabled,
    instruct: false as const,
    layers: n_layers,
    neuronsPerLayer: 0 as const,
    createdAt: modelCreatedAt,
    owner: made?.split("/")[0] ?? "",
    updatedAt: modelCreatedAt,
    website: null,
  };
  const source = {
    id: sourceIdOf({ name, hook_name: sae.hook_name }),
    modelId: model_id,
    hasDashboards: true as const,
    inferenceEnabled,
    saelensConfig: cfg,
    saelensRelease: null,
    saelensSaeId: null,
    hfRepoId: imported?.source ?? null,
    hfFolderId: imported?.source ? imported.where : null,
    visibility,
    defaultOfModelId: null,
    setName: name,
    creatorId,
    hasUmap: true as const,
    hasUmapLogSparsity: true as const,
    hasUmapClusters: false as const,
    num_prompts: dashboards?.n_prompts_total ?? null,
    num_tokens_in_prompt: dashboards?.n_tokens_in_prompt ?? cfg.metadata.context_size,
    dataset: dashboards?.dataset ?? corpus.source ?? corpus.id,
    notes: description,
    createdAt,
  };
  const sourceSet = {
    modelId: model_id,
    name,
    hasDashboards: true as const,
    visibility,
    description,
    type: "" as const,
    creatorName: said.creatorName,
    urls: [],
    creatorEmail: null,
    creatorId,
    releaseName: null as string | null,
    defaultOfModelId: null,
    defaultRange: 1 as const,
    defaultShowBreaks: true as const,
    showDfa: false as const,
    showCorrelated: false as const,
    showHeadAttribution: false as const,
    showUmap: true as const,
    createdAt,
  };
  return { model, source, sourceSet };
}
