import { bundlePath, dictionaryPath, filePath } from "./routes.ts";
import type { DictionarySummary } from "./views.ts";

export type Snippet = { key: string; title: string; code: string };

type Of = Pick<DictionarySummary, "model" | "slug" | "architecture" | "k" | "d_in">;

/** Ways to use a dictionary that work as pasted; `origin` is e.g. http://127.0.0.1:3000. */
export function snippetsOf(
  { model, slug, architecture, k, d_in }: Of,
  origin: string,
  pinned: { revision?: string },
): Snippet[] {
  const file = (name: string) => origin + filePath(model, slug, name, pinned);
  const page = origin + dictionaryPath(model, slug, pinned);
  const sparsify =
    architecture === "topk"
      ? `top = torch.relu(pre).topk(${k}, dim=-1)
acts = torch.zeros_like(pre).scatter(-1, top.indices, top.values)`
      : "acts = torch.relu(pre)";
  return [
    {
      key: "saelens",
      title: "SAELens",
      code: `import tarfile, urllib.request
from sae_lens import SAE  # pip install "sae-lens>=6"

url = "${origin + bundlePath(model, slug, pinned)}"
with urllib.request.urlopen(url) as response, tarfile.open(fileobj=response, mode="r|") as tar:
    tar.extractall(".", filter="data")

sae = SAE.load_from_disk("${slug}")`,
    },
    {
      key: "torch",
      title: "PyTorch",
      code: `import urllib.request
import torch
from safetensors.torch import load  # pip install safetensors

url = "${file("sae_weights.safetensors")}"
w = load(urllib.request.urlopen(url).read())

x = torch.randn(4, ${d_in})  # activations at the hook
pre = (x - w["b_dec"]) @ w["W_enc"] + w["b_enc"]
${sparsify}
x_hat = acts @ w["W_dec"] + w["b_dec"]`,
    },
    {
      key: "trainer",
      title: "Trainer",
      code: `npm run trainer -- download '${page}'`,
    },
    {
      key: "pandas",
      title: "pandas",
      code: `import pandas as pd  # pip install pandas pyarrow

features = pd.read_parquet("${file("features.parquet")}")
features.sort_values("density", ascending=False).head(20)`,
    },
  ];
}
