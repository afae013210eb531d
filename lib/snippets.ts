import type { Manifest, Reading } from "trainer/bundle";
import { dictionaryPath, filePath } from "./routes.ts";
import { dictionaryLearning } from "./snippets-dictionary-learning.ts";
import type { DictionarySummary } from "./views.ts";

export type Snippet = { key: string; title: string; code: string };

export type SnippetOf = Pick<
  DictionarySummary,
  "model" | "slug" | "architecture" | "k" | "d_in" | "d_sae" | "hook_name_out" | "skip_connection"
> &
  Pick<Reading, "subtract_b_dec" | "normalize_activations">;

/** How a dictionary is run: as the trainer makes it, or as it was read. */
export function toSnippetOf(
  summary: DictionarySummary,
  { provenance }: Pick<Manifest, "provenance">,
): SnippetOf {
  const read = provenance.import?.reading;
  return {
    ...summary,
    subtract_b_dec: read ? read.subtract_b_dec : summary.hook_name_out === null,
    normalize_activations: read ? read.normalize_activations : "none",
    ...(read && { architecture: read.architecture, k: read.k }),
  };
}

/** Ways to use a dictionary that work as pasted; `origin` is e.g. http://127.0.0.1:3000. */
export function snippetsOf(
  dictionary: SnippetOf,
  origin: string,
  pinned: { revision?: string },
): Snippet[] {
  const { model, slug } = dictionary;
  const file = (name: string) => origin + filePath(model, slug, name, pinned);
  const weights = file("sae_weights.safetensors");
  const saelens = {
    key: "saelens",
    title: "SAELens",
    code: `import os, urllib.request
import torch
from sae_lens import SAE  # pip install "sae-lens>=6"

os.makedirs("${slug}", exist_ok=True)
files = {
    "cfg.json": "${file("cfg.json")}",
    "sae_weights.safetensors": "${weights}",
}
for name, url in files.items():
    urllib.request.urlretrieve(url, f"${slug}/{name}")
sae = SAE.load_from_disk("${slug}")

x = torch.randn(4, ${dictionary.d_in})  # activations at the hook
acts = sae.encode(x)
x_hat = sae(x)`,
  };
  const learning = dictionaryLearning(dictionary, weights);
  return [
    {
      key: "trainer",
      title: "Trainer",
      code: `npm run trainer -- download '${origin + dictionaryPath(model, slug, pinned)}'`,
    },
    ...(isKnownToSaelens(dictionary) ? [saelens] : []),
    {
      key: "torch",
      title: "PyTorch",
      code: `import urllib.request
import torch
from safetensors.torch import load  # pip install torch safetensors

url = "${weights}"
w = load(urllib.request.urlopen(url).read())

x = torch.randn(4, ${dictionary.d_in})  # activations at the hook
${forwardPass(dictionary)}`,
    },
    ...(learning ? [learning] : []),
    {
      key: "pandas",
      title: "pandas",
      code: `import pandas as pd  # pip install pandas pyarrow

features = pd.read_parquet("${file("features.parquet")}")
features.sort_values("density", ascending=False).head(20)`,
    },
  ];
}

/** SAELens has no class for transcoders that keep the k largest. */
function isKnownToSaelens({ architecture, hook_name_out }: SnippetOf): boolean {
  return architecture !== "topk" || hook_name_out === null;
}

/** From x to x_hat with the tensors of sae_weights.safetensors in w. */
function forwardPass(dictionary: SnippetOf): string {
  const { architecture, k, skip_connection, subtract_b_dec } = dictionary;
  const { read, before, after } = normalisation[dictionary.normalize_activations];
  const centred = subtract_b_dec ? `(${read} - w["b_dec"])` : read;
  const threshold = 'acts = torch.relu(pre) * (pre > w["threshold"])';
  const rules: Record<SnippetOf["architecture"], string> = {
    standard: "acts = torch.relu(pre)",
    gated: `magnitude = (pre - w["b_gate"]) * w["r_mag"].exp() + w["b_mag"]
acts = torch.relu(magnitude) * (pre > 0)`,
    jumprelu: threshold,
    topk: `top = torch.relu(pre).topk(${k}, dim=-1)
acts = torch.zeros_like(pre).scatter(-1, top.indices, top.values)`,
    batchtopk: threshold,
    matryoshka_batchtopk: threshold,
  };
  const bias = architecture === "gated" ? "b_gate" : "b_enc";
  const skip = skip_connection ? ' + x @ w["W_skip"].T' : "";
  return `${before}pre = ${centred} @ w["W_enc"] + w["${bias}"]
${rules[architecture]}
x_hat = acts @ w["W_dec"] + w["b_dec"]${skip}${after}`;
}

/** What is done to each row, and undone: SAELens' formulas. */
const normalisation: Record<
  Reading["normalize_activations"],
  { read: string; before: string; after: string }
> = {
  none: { read: "x", before: "", after: "" },
  layer_norm: {
    read: "rows",
    before: `mean, std = x.mean(-1, keepdim=True), x.std(-1, keepdim=True)
rows = (x - mean) / (std + 1e-5)
`,
    after: "\nx_hat = x_hat * std + mean",
  },
  constant_norm_rescale: {
    read: "rows",
    before: `scale = x.shape[-1] ** 0.5 / x.norm(dim=-1, keepdim=True)
rows = x * scale
`,
    after: "\nx_hat = x_hat / scale",
  },
};
