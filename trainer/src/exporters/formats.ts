import {
  type ForeignFormat,
  foreignFormats,
  type SaelensCfg,
  UsageError,
} from "../bundle/index.ts";
import { dictionaryLearning } from "./dictionary-learning.ts";
import type { Bundled, Exporter, Verdict } from "./exporter.ts";
import { gemmaScope } from "./gemma-scope.ts";
import { openai } from "./openai.ts";
import { jsonFile, type OutFile } from "./out-file.ts";
import { saelens } from "./saelens.ts";
import { sparsify } from "./sparsify.ts";
import { measured, traitsOf } from "./traits.ts";

/** The formats that are written. */
const exporters = {
  saelens,
  dictionary_learning: dictionaryLearning,
  sparsify,
  openai,
  gemma_scope: gemmaScope,
} as const satisfies Partial<Record<ForeignFormat, Exporter>>;
export type ExportFormat = keyof typeof exporters;
export const exportFormats = Object.keys(exporters) as [ExportFormat, ...ExportFormat[]];

/** Raised when a format's files come out otherwise than before. */
export const EXPORT_VERSION = 1;

/** What each format makes of a dictionary, by its cfg.json alone. */
export function judgeAll(cfg: SaelensCfg): (Verdict & { format: ExportFormat; title: string })[] {
  const traits = traitsOf(cfg);
  return exportFormats.map((format) => ({
    format,
    title: foreignFormats[format].title,
    ...exporters[format].judge(traits),
  }));
}

/** A dictionary's files in a format; a UsageError says why it has none. Its numbers are read when the files are. */
export async function exportFiles(
  dictionary: Bundled,
  format: ExportFormat,
): Promise<{ verdict: Verdict; files: OutFile[] }> {
  const { manifest, cfg, weights } = dictionary;
  const traits = await measured(cfg, weights);
  const verdict = exporters[format].judge(traits);
  if (verdict.fit === "refused")
    throw new UsageError(
      `${manifest.name}: ${foreignFormats[format].title} cannot hold it: ${verdict.says.join("; ")}`,
    );
  const files = exporters[format].files(dictionary, traits);
  if (format === "saelens") return { verdict, files };
  return {
    verdict,
    files: [...files, jsonFile("export.json", origin(dictionary, format, verdict))],
  };
}

/** What the other formats have no place for, so that it is not lost. */
function origin({ manifest, revision, cfg }: Bundled, format: ExportFormat, verdict: Verdict) {
  const { model_id, name, created_at, provenance, metrics } = manifest;
  const { source, commit } = provenance.model;
  const { hook_name, hook_name_out = null, training_architecture_details } = cfg.metadata;
  return {
    format,
    export_version: EXPORT_VERSION,
    ...verdict,
    // a key of its own, so that nobody takes this for the config of a dictionary
    exported_from: {
      dictionary: { model_id, name, revision, created_at },
      model: { id: model_id, source, commit },
      hook_name,
      hook_name_out,
      token_policy: provenance.token_policy,
      trained: { architecture: manifest.sae.architecture, ...training_architecture_details },
      metrics,
    },
  };
}
