import { architectures } from "../bundle/cfg.ts";
import type { ForeignDictionary } from "../bundle/index.ts";
import { BundleError } from "../bundle/index.ts";
import {
  afterRelu,
  derived,
  eachNumber,
  isOne,
  needTensor,
  refuseUnknown,
  type Said,
  type Taken,
  type TakenWeights,
} from "./described.ts";
import { filesIn, folderOf, nameOf, type Opened, tensorsOf } from "./folders.ts";
import type { Input, InputFile, StoredTensor } from "./foreign.ts";
import { readJsonRecord } from "./json.ts";
import { keysOf, kinds } from "./keys.ts";
import type { SaelensCfg } from "./saelens-cfg.ts";

/** The tensors of an architecture, all of which must be there, and no other, as SAELens' strict loading has it. */
export function takeSaelensWeights(opened: Opened, cfg: SaelensCfg, said: Said): TakenWeights {
  const { rule, hasSkip } = cfg;
  const has = (name: string) => opened.tensors.has(name);
  const weights: TakenWeights = {};
  weights.W_enc = needTensor(opened, "W_enc");
  weights.b_enc = needTensor(opened, rule === "gated" ? "b_gate" : "b_enc");
  if (rule === "gated") {
    weights.r_mag = needTensor(opened, "r_mag");
    weights.b_mag = needTensor(opened, "b_mag");
  }
  if (rule === "jumprelu") {
    const isLog = has("log_threshold") && !has("threshold");
    const trained = cfg.architecture.endsWith("batchtopk") && !has("threshold");
    const { name, tensor } = needTensor(
      opened,
      isLog ? "log_threshold" : trained ? "topk_threshold" : "threshold",
    );
    const threshold = isLog ? eachNumber(tensor, Math.exp) : tensor;
    weights.threshold = { name, tensor: afterRelu(threshold) };
    if (trained)
      said.notes.push(
        `${opened.file.path}: a checkpoint of training: it is run by its topk_threshold, as SAELens does once training is over`,
      );
  }
  weights.W_dec = needTensor(opened, "W_dec");
  weights.b_dec = needTensor(opened, "b_dec");
  if (hasSkip) weights.W_skip = needTensor(opened, "W_skip");
  const names = Object.values(weights).map(({ name }) => name);
  refuseUnknown(opened, [...names, "scaling_factor"]);
  return has("scaling_factor") ? scaledRows(opened, cfg, weights, said) : weights;
}

/** Old versions could finetune a factor for each feature, by which its activation is multiplied when it is decoded. */
function scaledRows(
  opened: Opened,
  cfg: SaelensCfg,
  weights: TakenWeights,
  said: Said,
): TakenWeights {
  const { path } = opened.file;
  const { tensor } = needTensor(opened, "scaling_factor");
  if (tensor.shape.join() !== String(cfg.sizes.d_sae))
    throw new BundleError(
      `${path}: scaling_factor: found [${tensor.shape.join(", ")}], expected [d_sae ${cfg.sizes.d_sae}]`,
    );
  // as torch.allclose, by which SAELens decides
  const isOnes = tensor.read().data.every((value) => Math.abs(value - 1) <= 1e-8 + 1e-5);
  if (isOnes) {
    said.notes.push(`${path}: scaling_factor is left out: all of it is 1`);
    return weights;
  }
  const key = "finetuning_scaling_factor";
  if (!cfg.keys.read(key, kinds.flag))
    throw new BundleError(
      `${path}: scaling_factor: found other numbers than 1, expected ${key} true in ${cfg.keys.path}`,
    );
  const W_dec = weights.W_dec as Taken;
  said.notes.push(`${path}: rows of W_dec are multiplied by scaling_factor: ${cfg.keys.says(key)}`);
  return { ...weights, W_dec: { ...W_dec, tensor: timesRows(W_dec.tensor, tensor) } };
}

function timesRows(W_dec: StoredTensor, factors: StoredTensor): StoredTensor {
  return derived(W_dec, ({ shape, data }) => {
    const by = factors.read().data;
    return { shape, data: data.map((value, at) => value * by[Math.floor(at / shape[1])]) };
  });
}

/**
 * `expected_average_only_in` is a factor for all activations that SAELens folds into what it saves at the end, and
 * keeps beside the checkpoints of its trainings: gives the files that it was looked for in.
 */
export function sayInputScale(
  input: Input,
  { file }: Opened,
  { keys, normalize }: SaelensCfg,
  said: Said,
): InputFile[] {
  if (normalize !== "expected_average_only_in") return [];
  for (const beside of filesIn(input, folderOf(file.path))) {
    if (nameOf(beside.path) === "activation_scaler.json") {
      const scaler = keysOf(beside.path, readJsonRecord(beside));
      said.say(
        "input_scale",
        scaler.need("scaling_factor", kinds.scale),
        scaler.says("scaling_factor"),
      );
      return [beside];
    }
    const stored = tensorsOf(beside)?.tensors.get("estimated_norm_scaling_factor");
    if (!stored || !isOne(stored)) continue;
    const [scale] = stored.read().data;
    if (!(scale > 0 && Number.isFinite(scale)))
      throw new BundleError(
        `${beside.path}: estimated_norm_scaling_factor: found ${scale}, expected a number > 0`,
      );
    said.say("input_scale", scale, `${beside.path}: estimated_norm_scaling_factor is ${scale}`);
    return [beside];
  }
  said.notes.push(
    `input_scale: ${keys.says("normalize_activations")}, and its factor is in no file; it is √d_in over the mean norm of the activations`,
  );
  return [];
}

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
  const dtype = keys.read("dtype", kinds.text)?.replace(/^torch\./, "");
  const found = opened.tensors.get("W_enc")?.dtype;
  if (dtype && stored[dtype] !== found)
    said.notes.push(`${keys.says("dtype")}, but ${path} holds ${found}: taken as stored`);
  const kwargs = meta.read("model_from_pretrained_kwargs", kinds.record);
  if (kwargs?.center_writing_weights === true)
    said.notes.push(
      `${meta.says("model_from_pretrained_kwargs")}: its activations had their mean taken away, which those here have not`,
    );
}

/** How it was trained, as far as the cfg says: a jumprelu may have been a batchtopk. */
export function trainedAs({
  meta,
  keys,
  architecture,
  rule,
}: SaelensCfg): ForeignDictionary["trained"] {
  const details = meta.read("training_architecture_details", kinds.record);
  const named = meta.read("training_architecture", kinds.text) ?? architecture;
  const known = architectures.find((one) => one === named);
  const k = [details?.k, keys.read("k", kinds.number)].find((one) => kinds.size.is(one));
  return {
    architecture:
      known === "jumprelu" && !meta.has("training_architecture")
        ? null
        : (known ?? (rule === "jumprelu" ? null : rule)),
    k: (k as number | undefined) ?? null,
    context_size: meta.read("context_size", kinds.size) ?? null,
    dataset: meta.read("dataset_path", kinds.text) ?? null,
  };
}
