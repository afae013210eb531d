import {
  dictionaryLearning,
  forwardPass,
  isKnownToSaelens,
  type Manifest,
  type MetricName,
  metrics,
  runLike,
} from "../../bundle/index.ts";
import { writeMetric } from "../summary.ts";

/** Where the dictionary lies on the hub; `path` is "" at the top of the repository. */
export type Place = { repo: string; revision: string; path: string };

/** What a README says of one dictionary: what it is, its metrics, how it was made and how it is loaded. */
export function sectionOf(manifest: Manifest, place: Place): string {
  const parts = [
    `## ${manifest.name}`,
    about(manifest),
    "### Metrics",
    metricTable(manifest),
    "### How it was made",
    making(manifest),
    "### Load it",
    ...loading(manifest, place),
    "### Files",
    files(manifest, place),
  ];
  return parts.join("\n\n");
}

function about({ sae, provenance, model_id }: Manifest): string {
  const { d_in, d_sae, d_out, hook_name, hook_name_out, skip_connection } = sae;
  const model = provenance.model.source ?? model_id;
  const at = provenance.model.commit === null ? "" : ` (commit ${provenance.model.commit})`;
  const rule = sae.k === null ? sae.architecture : `${sae.architecture}, k = ${sae.k}`;
  if (hook_name_out !== null)
    return `A sparse transcoder (${rule}${skip_connection ? ", with a linear skip connection" : ""}) of ${count(d_sae)} features, from \`${hook_name}\` (width ${d_in}) to \`${hook_name_out}\` (width ${d_out}) of \`${model}\`${at}.`;
  return `A sparse autoencoder (${rule}) of ${count(d_sae)} features of \`${hook_name}\` (width ${d_in}) of \`${model}\`${at}.`;
}

function metricTable({ metrics: values }: Manifest): string {
  const rows = (Object.keys(metrics) as MetricName[])
    .filter((name) => values[name] !== undefined)
    .map(
      (name) =>
        `| ${metrics[name].title} | ${writeMetric(values[name], name)} | ${cell(metrics[name].formula)} |`,
    );
  return ["| metric | value | formula |", "|---|---:|---|", ...rows].join("\n");
}

function making({ provenance, sae, created_at }: Manifest): string {
  const { corpus, config, token_policy, import: imported } = provenance;
  const setting = (key: string) => (config[key] === undefined ? null : `${key} ${config[key]}`);
  const settings = [
    ...["train_tokens", "train_batch_tokens", "lr", "l1_coefficient", "l0_coefficient"],
    ...["context_size", "decoder_norm"],
  ].filter((key) => !isOfOthers(key, sae.architecture));
  const trained = settings.flatMap((key) => setting(key) ?? []).join(", ");
  const lines = [
    imported
      ? `It was made elsewhere and read from the format ${imported.format}: ${imported.check?.says ?? "how its numbers are read was not checked on activations"}.`
      : `Trained as ${sae.architecture}${trained === "" ? "" : ` with ${trained}`}, seed ${provenance.seed}.`,
    `Text: ${corpus.id}${corpus.source === null ? "" : ` (${corpus.source})`}, ${count(corpus.tokens)} tokens; measured on documents that it was not trained on.`,
    `Tokens that count: ${policy(token_policy)}.`,
    `Sealed ${created_at} by trainer ${provenance.trainer_version} (${provenance.engine}).`,
  ];
  return lines.map((line) => `- ${line}`).join("\n");
}

/** Settings that the architecture does not read. */
function isOfOthers(key: string, architecture: Manifest["sae"]["architecture"]): boolean {
  if (key === "l1_coefficient") return architecture !== "standard" && architecture !== "gated";
  return key === "l0_coefficient" && architecture !== "jumprelu";
}

function policy({
  exclude_first_position,
  exclude_token_ids,
}: Manifest["provenance"]["token_policy"]) {
  const without = [
    ...(exclude_first_position ? ["position 0 of each context"] : []),
    ...(exclude_token_ids.length > 0 ? [`the token ids ${exclude_token_ids.join(", ")}`] : []),
  ];
  if (without.length === 0) return "all";
  return `all but ${without.join(" and ")}, which were not trained on and are not measured`;
}

/** Each way to load it, as lines that can be pasted. */
function loading(manifest: Manifest, { repo, revision, path }: Place): string[] {
  const run = runLike(manifest);
  const at = revision === "main" ? "" : `, revision="${revision}"`;
  const file = (name: string) => (path === "" ? name : `${path}/${name}`);
  const learning = dictionaryLearning(run);
  const weights = `from huggingface_hub import hf_hub_download
from safetensors.torch import load_file

w = load_file(hf_hub_download("${repo}", "${file("sae_weights.safetensors")}"${at}))`;
  const x = `x = torch.randn(4, ${run.d_in})  # activations at the hook`;
  const saelens = `import torch
from huggingface_hub import snapshot_download
from sae_lens import SAE  # pip install "sae-lens>=6"

names = ["${file("cfg.json")}", "${file("sae_weights.safetensors")}"]
folder = snapshot_download("${repo}", allow_patterns=names${at})
sae = SAE.load_from_disk(${path === "" ? "folder" : `folder + "/${path}"`})

${x}
acts = sae.encode(x)
x_hat = sae(x)`;
  return [
    ...(isKnownToSaelens(run) ? [titled("SAELens", saelens)] : []),
    titled("PyTorch", `import torch\n${weights}\n\n${x}\n${forwardPass(run)}`),
    ...(learning
      ? [
          titled(
            "dictionary_learning",
            `import torch\n${learning.importing}\n${weights}\n\n${learning.making}\n\n${x}\nacts = sae.encode(x)\nx_hat = sae.decode(acts)`,
          ),
        ]
      : []),
  ];
}

function files({ files: listed }: Manifest, { path }: Place): string {
  const where = path === "" ? "This repository" : `The folder \`${path}\``;
  return `${where} is a SAELens directory with more in it (${Object.keys(listed).join(", ")}): what each feature fires on, its logit effects and neighbours, as Parquet tables. \`manifest.json\` has every file's sha256.`;
}

function titled(title: string, code: string): string {
  return `**${title}**\n\n\`\`\`python\n${code}\n\`\`\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}
