import { architectures } from "../bundle/index.ts";
import type { Said } from "./described.ts";
import { filesIn, folderOf, nameOf, type Opened, tensorsOf } from "./folders.ts";
import type { Input } from "./foreign.ts";
import { kinds } from "./keys.ts";
import type { SaelensCfg } from "./saelens-cfg.ts";

const stored: Record<string, string> = {
  float32: "F32",
  float16: "F16",
  bfloat16: "BF16",
  float64: "F64",
};

/** Notes of what lies beside the weights, and of what is known of their training. */
export function sayTraining(
  input: Input,
  opened: Opened,
  { keys, meta }: SaelensCfg,
  said: Said,
): void {
  const { path } = opened.file;
  for (const beside of filesIn(input, folderOf(path))) {
    const name = nameOf(beside.path);
    if (name === "trainer_state.pt")
      said.notes.push(`${beside.path}: a checkpoint, saved before training ended`);
    if (beside.path !== path && tensorsOf(beside)?.tensors.has("sparsity"))
      said.notes.push(`${beside.path} is left aside: densities are measured anew`);
  }
  const dtype = keys.maybe("dtype", kinds.text)?.replace(/^torch\./, "");
  const found = opened.tensors.get("W_enc")?.dtype;
  if (dtype && stored[dtype] !== found)
    said.notes.push(`${keys.says("dtype")}, but ${path} holds ${found}: taken as stored`);
  const kwargs = meta.maybe("model_from_pretrained_kwargs", kinds.record);
  if (kwargs?.center_writing_weights === true)
    said.notes.push(
      `${meta.says("model_from_pretrained_kwargs")}: its activations had their mean taken away, which those here have not`,
    );
}

/** How it was trained, as far as the cfg says: what is run as jumprelu may have been a batchtopk. */
export function trainedAs({ meta, keys, architecture, rule }: SaelensCfg) {
  const named = meta.maybe("training_architecture", kinds.text);
  const isKnown = rule !== "jumprelu" || architecture.endsWith("batchtopk");
  const trained = named ?? (isKnown ? architecture.replace(/_?(skip_)?transcoder$/, "") : null);
  const details = meta.within("training_architecture_details");
  return {
    architecture:
      architectures.find((one) => one === (trained === "" ? "standard" : trained)) ?? null,
    k: details.maybe("k", kinds.size) ?? keys.maybe("k", kinds.size) ?? null,
    context_size: meta.maybe("context_size", kinds.size) ?? null,
    dataset: meta.maybe("dataset_path", kinds.text) ?? null,
  };
}
