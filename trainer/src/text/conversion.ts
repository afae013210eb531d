import { repoName } from "../hf/repo.ts";
import { type ModelSpec, modelSlug } from "./model-spec.ts";

/** The command with which Python makes what a model lacks; a tokenizer.json that is there stays as it is. */
export function conversion(spec: ModelSpec, has: { weights: boolean; tokenizer: boolean }): string {
  const isLocal = "folder" in spec;
  const to = isLocal ? spec.folder : `./${modelSlug(repoName(spec.repo))}`;
  const from = isLocal ? python(to) : python(spec.repo.id);
  const isMain = isLocal || spec.repo.revision === "main";
  const at = isMain ? "" : `, revision=${python(spec.repo.revision)}`;
  const save = (auto: string) =>
    `from transformers import ${auto}; ${auto}.from_pretrained(${from}${at}).save_pretrained(${python(to)})`;
  const copy = `from huggingface_hub import hf_hub_download; hf_hub_download(${from}, 'tokenizer.json'${at}, local_dir=${python(to)})`;
  const steps = [
    ...(has.weights && isLocal ? [] : [save("AutoModelForCausalLM")]),
    ...(has.tokenizer ? (isLocal ? [] : [copy]) : [save("AutoTokenizer")]),
  ];
  return `Python can make what is missing:
  pip install torch transformers${has.tokenizer ? "" : " sentencepiece"}
  python -c "${steps.join("; ")}"
and take --model ${to}`;
}

/** A string of Python that may stand in a shell's double quotes. */
function python(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&").replace(/["$`\\]/g, "\\$&")}'`;
}
