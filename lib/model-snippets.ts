import type { Snippet } from "./snippets.ts";
import type { ModelView } from "./views.ts";

type Of = Pick<ModelView, "slug" | "source" | "commit" | "given">;

/** Ways to load a model that work as pasted, and to read its activations at a hook. */
export function modelSnippetsOf(model: Of, hook_name: string): Snippet[] {
  const source = plain(model.source);
  const commit = plain(model.commit);
  const isEmbedded = source === null && model.given === "embedded";
  const place = source ?? (isEmbedded ? "trainer/embedded/model" : `path/to/${model.slug}`);
  const note = isEmbedded ? "  # in a clone of this project" : "";
  const id = source === null ? (isEmbedded ? "embedded" : place) : `${place}${at(commit)}`;
  const pinned = source !== null && commit !== null;
  const revision = pinned ? ", revision=commit" : "";
  const named = `name = "${place}"${note}${pinned ? `\ncommit = "${commit}"` : ""}`;
  return [
    {
      key: "trainer",
      title: "Trainer",
      code: `npm run trainer -- model ${id}`,
    },
    {
      key: "transformers",
      title: "transformers",
      code: `import torch
from transformers import AutoModelForCausalLM, AutoTokenizer  # pip install torch transformers

${named}
model = AutoModelForCausalLM.from_pretrained(name, dtype=torch.float32${revision})
tokenizer = AutoTokenizer.from_pretrained(name${revision})

inputs = tokenizer("Once upon a time", return_tensors="pt")
logits = model(**inputs).logits`,
    },
    {
      key: "transformer-lens",
      title: "TransformerLens",
      code: `from transformer_lens.model_bridge import TransformerBridge  # pip install "transformer-lens>=3"

${named}
model = TransformerBridge.boot_transformers(name${revision})

hook = "${plain(hook_name) ?? "blocks.0.hook_resid_post"}"
tokens = model.to_tokens("Once upon a time", prepend_bos=False)
logits, cache = model.run_with_cache(tokens)
x = cache[hook]  # what the dictionaries there read`,
    },
  ];
}

/** What a bundle says, if it is a name and nothing else: it shall be pasted and run. */
function plain(text: string | null): string | null {
  return text !== null && /^\w[\w.-]*(\/\w[\w.-]*)?$/.test(text) ? text : null;
}

function at(commit: string | null): string {
  return commit === null ? "" : `@${commit}`;
}
