import { BundleError } from "../bundle/index.ts";
import { isOne } from "./derived.ts";
import type { Said } from "./described.ts";
import type { Opened } from "./folders.ts";
import { type Keys, kinds, oneOf } from "./keys.ts";

/** How activations are scaled before they are encoded, and what comes out after it was decoded. */
export type Norms = {
  /** what the input is multiplied by; 1 where it is not known */
  scale: number;
  /** that of the input over that of the output */
  ratio: number;
  /** the tensors that say so, of which nothing else is made */
  tensors: string[];
};

const PREFIX = "dataset_average_activation_norm.";
const AVERAGE = "dataset_average_activation_norm";

/**
 * Says how rows are normalised, by `norm_activation`: `dataset-wise`, by √d_model over their mean norm, which is stored;
 * `token-wise`, each by its own; `inference`, not at all.
 */
export function readNorms(keys: Keys, opened: Opened, said: Said): Norms {
  const tensors = [...opened.tensors.keys()].filter((name) => name.startsWith(PREFIX));
  const kind = readKind(keys);
  const isTranscoder = typeof said.reading.hook_name_out === "string";
  const because = keys.has("norm_activation")
    ? keys.says("norm_activation")
    : `${keys.path}: no norm_activation, which is dataset-wise then`;
  if (kind === "token-wise" && isTranscoder)
    keys.refuse("norm_activation", "dataset-wise or inference for a transcoder");
  said.say(
    "normalize_activations",
    kind === "token-wise" ? "constant_norm_rescale" : "none",
    because,
  );
  if (kind !== "dataset-wise") {
    said.say("input_scale", 1, because);
    return { scale: 1, ratio: 1, tensors };
  }
  const d_model = keys.need("d_model", kinds.size);
  const { hook_name, hook_name_out } = said.reading;
  const norm = readNorm(keys, opened, hook_name as string, "in");
  if (norm === null) {
    said.notes.push(
      `input_scale: ${because}, and ${PREFIX}${hook_name} is in no file; it is √d_model over the mean norm of the activations`,
    );
    return { scale: 1, ratio: 1, tensors };
  }
  const scale = Math.sqrt(d_model) / norm.value;
  said.say("input_scale", scale, `√d_model / ${norm.value}: ${norm.because}`);
  const out = isTranscoder ? readNorm(keys, opened, hook_name_out as string, "out") : norm;
  if (out === null)
    throw new BundleError(
      `${opened.file.path}: ${PREFIX}${hook_name_out}: missing, expected the mean norm of what the transcoder gives`,
    );
  if (isTranscoder)
    said.notes.push(
      `W_dec and b_dec are multiplied by ${out.value / norm.value}: ${out.because}, so that both ends have one scale`,
    );
  return { scale, ratio: out.value / norm.value, tensors };
}

function readKind(keys: Keys) {
  const known = oneOf("token-wise", "batch-wise", "dataset-wise", "inference");
  const kind = keys.read("norm_activation", known) ?? "dataset-wise";
  if (kind === "batch-wise")
    keys.refuse("norm_activation", "another: a batch's mean norm depends on what else is in it");
  return kind;
}

/** A tensor for each hook; Llama Scope has both in its config. */
function readNorm(keys: Keys, opened: Opened, hook: string, side: "in" | "out") {
  const name = `${PREFIX}${hook}`;
  const tensor = opened.tensors.get(name);
  const { path } = opened.file;
  if (!tensor) {
    if (!keys.has(AVERAGE)) return null;
    const given = keys.within(AVERAGE);
    return { value: given.need(side, kinds.scale), because: given.says(side) };
  }
  const value = isOne(tensor) ? tensor.read().data[0] : Number.NaN;
  if (!(value > 0 && Number.isFinite(value)))
    throw new BundleError(`${path}: ${name}: found ${value}, expected one number > 0`);
  return { value, because: `${path}: ${name} is ${value}` };
}
