import {
  forwardPass,
  isKnownToSaelens,
  type Manifest,
  type RunLike,
  runLike,
} from "trainer/bundle";
import { dictionaryPath, filePath } from "./routes.ts";
import { dictionaryLearningSnippet } from "./snippets-dictionary-learning.ts";
import type { DictionarySummary } from "./views.ts";

export type Snippet = { key: string; title: string; code: string };

export type SnippetOf = Pick<DictionarySummary, "model" | "slug"> & RunLike;

export function toSnippetOf(summary: DictionarySummary, manifest: Manifest): SnippetOf {
  return { ...summary, ...runLike(manifest) };
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
  const learning = dictionaryLearningSnippet(dictionary, weights);
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
