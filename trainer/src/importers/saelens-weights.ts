import { BundleError } from "../bundle/index.ts";
import { afterRelu, derived, eachNumber, isOne } from "./derived.ts";
import {
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
  const weights: TakenWeights = {
    W_enc: needTensor(opened, "W_enc"),
    b_enc: needTensor(opened, rule === "gated" ? "b_gate" : "b_enc"),
    ...(rule === "gated" && {
      r_mag: needTensor(opened, "r_mag"),
      b_mag: needTensor(opened, "b_mag"),
    }),
    ...(rule === "jumprelu" && { threshold: takeThreshold(opened, cfg, said) }),
    W_dec: needTensor(opened, "W_dec"),
    b_dec: needTensor(opened, "b_dec"),
    ...(hasSkip && { W_skip: needTensor(opened, "W_skip") }),
  };
  const names = Object.values(weights).map(({ name }) => name);
  refuseUnknown(opened, [...names, "scaling_factor"]);
  return opened.tensors.has("scaling_factor") ? scaledRows(opened, cfg, weights, said) : weights;
}

/** Checkpoints of trainings keep the logarithm, or of BatchTopK one for all features. */
function takeThreshold(opened: Opened, { architecture }: SaelensCfg, said: Said): Taken {
  const has = (name: string) => opened.tensors.has(name);
  if (has("threshold") || !(has("log_threshold") || architecture.endsWith("batchtopk"))) {
    const { name, tensor } = needTensor(opened, "threshold");
    return { name, tensor: afterRelu(tensor) };
  }
  said.notes.push(
    `${opened.file.path}: a checkpoint of a training, and not what it saved at its end`,
  );
  if (!has("log_threshold")) {
    const { name, tensor } = needTensor(opened, "topk_threshold");
    return { name, tensor: afterRelu(tensor) };
  }
  const { name, tensor } = needTensor(opened, "log_threshold");
  return { name, tensor: eachNumber(tensor, Math.exp) };
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
