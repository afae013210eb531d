import { join } from "node:path";
import { readTable } from "../../bundle/files.ts";
import { type FeatureRecord, tables } from "../../bundle/index.ts";
import { normsAgainstFrequency, normsConfig } from "../../experiments/norms.ts";
import { percent } from "../summary.ts";
import { experimentVerb } from "./experiment-verb.ts";

export const norms = experimentVerb({
  name: "norms",
  summary: "Compares how often features fire with how much they weigh: ‖d_f‖ and E[a_f] · ‖d_f‖.",
  config: normsConfig,
  async measure({ bundle, manifest }, config) {
    const features: FeatureRecord[] = [];
    for await (const block of readTable(join(bundle, tables.features.file), tables.features))
      features.push(...block);
    const { dashboard_tokens: tokens } = manifest.provenance;
    const { hook_name } = manifest.sae;
    const found = normsAgainstFrequency(features, config);
    return { section: { seed: null, tokens, hook_name, ...found } };
  },
  text({ alive, spearman, share }) {
    const rank = (value: number | null) => (value === null ? "all equal" : value.toFixed(3));
    return [
      `${alive} features fire`,
      `rank correlation of density with ‖d_f‖: ${rank(spearman.decoder_norm)}`,
      `rank correlation of density with E[a_f] · ‖d_f‖: ${rank(spearman.contribution)}`,
      ...share.map(
        ({ most_frequent, of_contribution }) =>
          `the most frequent ${100 * most_frequent} % of them carry ${percent(of_contribution)} of Σ E[a_f] · ‖d_f‖`,
      ),
    ].join("\n");
  },
});
