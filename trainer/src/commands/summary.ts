import { type Manifest, type MetricName, metrics } from "../bundle/index.ts";

/** The metrics of a bundle, one to a line, in the order and form of the table that defines them. */
export function metricsTable(values: Manifest["metrics"]): string {
  return (Object.keys(metrics) as MetricName[])
    .map(
      (name) => `${metrics[name].title.padEnd(20)}${writeMetric(values[name], name).padStart(12)}`,
    )
    .join("\n");
}

/** A metric's value in its digits; a dash where an older bundle has none. */
export function writeMetric(value: number | undefined, name: MetricName): string {
  return value?.toFixed(metrics[name].digits) ?? "–";
}

/** 0.1234 → "12.3 %" */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** What a bundle is and where it comes from, for people. */
export function manifestSummary(manifest: Manifest): string {
  const { sae, provenance, files } = manifest;
  const { corpus, token_policy } = provenance;
  const { id, source, commit } = provenance.model;
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  const rule = sae.k === null ? sae.architecture : `${sae.architecture}, k ${sae.k}`;
  const excluded = [
    ...(token_policy.exclude_first_position ? ["position 0"] : []),
    ...(token_policy.exclude_token_ids.length > 0
      ? [`token ids ${token_policy.exclude_token_ids.join(", ")}`]
      : []),
  ];
  const lines = {
    dictionary: `${manifest.model_id}/${manifest.name}`,
    model: source === null ? id : `${source} at commit ${commit}`,
    sae: `${rule}, ${sae.d_sae} features of ${sae.d_in} at ${sae.hook_name}`,
    ...(sae.hook_name_out !== null && { "transcoder to": sae.hook_name_out }),
    corpus: `${corpus.id}, ${corpus.tokens.toLocaleString("en-US")} tokens (sha256 ${corpus.sha256.slice(0, 12)}…)`,
    "not counted": excluded.join(" and ") || "nothing",
    seed: String(provenance.seed),
    made: `${manifest.created_at} by trainer ${provenance.trainer_version} (${provenance.engine})`,
    files: `${Object.keys(files).length}, ${bytes.toLocaleString("en-US")} bytes, every hash as stated`,
  };
  const about = Object.entries(lines).map(([key, value]) => `${key.padEnd(20)}${value}`);
  return `${about.join("\n")}\n\n${metricsTable(manifest.metrics)}`;
}
