import { dictionaryLearning } from "trainer/bundle";
import type { Snippet, SnippetOf } from "./snippets.ts";

/** Null where it has no class for it. */
export function dictionaryLearningSnippet(dictionary: SnippetOf, weights: string): Snippet | null {
  const lines = dictionaryLearning(dictionary);
  return (
    lines && {
      key: "dictionary_learning",
      title: "dictionary_learning",
      code: `import urllib.request
import torch
${lines.importing}
from safetensors.torch import load

url = "${weights}"
w = load(urllib.request.urlopen(url).read())

${lines.making}

x = torch.randn(4, ${dictionary.d_in})  # activations at the hook
acts = sae.encode(x)
x_hat = sae.decode(acts)`,
    }
  );
}
