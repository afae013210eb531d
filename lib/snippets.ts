import { bundlePath, dictionaryPath, filePath } from "./routes.ts";
import type { DictionarySummary } from "./views.ts";

export type Snippet = { key: string; title: string; code: string };

type Of = Pick<
  DictionarySummary,
  "model" | "slug" | "architecture" | "k" | "d_in" | "hook_name_out" | "skip_connection"
>;

/** Ways to use a dictionary that work as pasted; `origin` is e.g. http://127.0.0.1:3000. */
export function snippetsOf(
  dictionary: Of,
  origin: string,
  pinned: { revision?: string },
): Snippet[] {
  const { model, slug } = dictionary;
  const file = (name: string) => origin + filePath(model, slug, name, pinned);
  const page = origin + dictionaryPath(model, slug, pinned);
  const saelens = {
    key: "saelens",
    title: "SAELens",
    code: `import tarfile, urllib.request
from sae_lens import SAE  # pip install "sae-lens>=6"

url = "${origin + bundlePath(model, slug, pinned)}"
with urllib.request.urlopen(url) as response, tarfile.open(fileobj=response, mode="r|") as tar:
    tar.extractall(".", filter="data")

sae = SAE.load_from_disk("${slug}")`,
  };
  return [
    ...(isKnownToSaelens(dictionary) ? [saelens] : []),
    {
      key: "torch",
      title: "PyTorch",
      code: `import urllib.request
import torch
from safetensors.torch import load  # pip install safetensors

url = "${file("sae_weights.safetensors")}"
w = load(urllib.request.urlopen(url).read())

x = torch.randn(4, ${dictionary.d_in})  # activations at the hook
${forwardPass(dictionary)}`,
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

/** SAELens has no class for transcoders that keep the k largest. */
function isKnownToSaelens({ architecture, hook_name_out }: Of): boolean {
  return architecture !== "topk" || hook_name_out === null;
}

/** From x to x_hat with the tensors of sae_weights.safetensors in w. */
function forwardPass({ architecture, k, hook_name_out, skip_connection }: Of): string {
  const centred = hook_name_out === null ? '(x - w["b_dec"])' : "x";
  const threshold = 'acts = pre * (pre > w["threshold"])';
  const rules: Record<Of["architecture"], string> = {
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
  return `pre = ${centred} @ w["W_enc"] + w["${bias}"]
${rules[architecture]}
x_hat = acts @ w["W_dec"] + w["b_dec"]${skip}`;
}
