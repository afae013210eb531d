import { BundleError } from "../bundle/index.ts";
import { eachNumber } from "./derived.ts";
import {
  needTensor,
  refuseUnknown,
  type Said,
  type Sizes,
  type Taken,
  type TakenWeights,
} from "./described.ts";
import type { Opened } from "./folders.ts";
import { type Keys, kinds, oneOf } from "./keys.ts";
import type { Norms } from "./llamascopium-norms.ts";

/** What the matrices and biases are called. */
export type Names = Record<"W_enc" | "b_enc" | "W_dec" | "b_dec", string>;

type Rest = { keys: Keys; norms: Norms; said: Said; sizes: Sizes; isOld: boolean };

/** The weights of an SAE or transcoder, and what is said of its rule. */
export function takeLlamascopiumWeights(
  opened: Opened,
  own: Names,
  { keys, norms, said, sizes, isOld }: Rest,
): TakenWeights {
  const hasBias = keys.read("use_decoder_bias", kinds.flag) ?? true;
  const weights: TakenWeights = {
    W_enc: needTensor(opened, own.W_enc),
    b_enc: needTensor(opened, own.b_enc),
    W_dec: outward(needTensor(opened, own.W_dec), norms),
    ...(hasBias && { b_dec: outward(needTensor(opened, own.b_dec), norms) }),
  };
  const applies = keys.read("apply_decoder_bias_to_pre_encoder", kinds.flag) ?? false;
  said.say(
    "subtract_b_dec",
    hasBias && applies,
    applies
      ? keys.says("apply_decoder_bias_to_pre_encoder")
      : "Llamascopium encodes activations as they are",
  );
  const rule = keys.need("act_fn", oneOf("relu", "jumprelu", "topk", "batchtopk"));
  if (rule === "batchtopk")
    throw new BundleError(
      `${keys.says("act_fn")}, which is not read: how many of a row it keeps depends on the other rows; expected what it was converted to, jumprelu`,
    );
  said.say("architecture", rule === "relu" ? "standard" : rule, keys.says("act_fn"));
  if (rule === "topk") {
    const k = keys.need("top_k", kinds.size);
    if (k > sizes.d_sae) keys.refuse("top_k", `at most d_sae, ${sizes.d_sae}`);
    said.say("k", k, keys.says("top_k"));
  } else said.say("k", null, `${rule} has none`);
  if (rule === "jumprelu") weights.threshold = takeThreshold(opened, { keys, norms });
  sayDecoderNorm(keys, { rule, isOld }, said);
  const used = Object.values(weights).map(({ name }) => name);
  refuseUnknown(opened, [...used, ...norms.tensors]);
  return weights;
}

/** What a transcoder gives is divided by another scale than its input is multiplied by, and a reading has one. */
function outward(taken: Taken, { ratio }: Norms): Taken {
  if (ratio === 1) return taken;
  return { ...taken, tensor: eachNumber(taken.tensor, (value) => value * ratio) };
}

const thresholds = ["activation_function.log_jumprelu_threshold", "log_jumprelu_threshold"];

/** It is compared with pre-activations times norm, so that what changes the norms changes it, too. */
function takeThreshold(opened: Opened, { keys, norms }: Pick<Rest, "keys" | "norms">): Taken {
  const name = thresholds.find((one) => opened.tensors.has(one));
  if (name) {
    const { tensor } = needTensor(opened, name);
    const hasNorm = keys.read("sparsity_include_decoder_norm", kinds.flag) ?? true;
    const by = hasNorm ? norms.ratio : 1;
    return { name, tensor: eachNumber(tensor, (value) => Math.exp(value) * by) };
  }
  if (!keys.has("jump_relu_threshold")) return needTensor(opened, thresholds[0]);
  // one for all, for activations in the scale of the model's
  const value = Math.max(0, keys.need("jump_relu_threshold", kinds.number)) * norms.scale;
  const data = () => Float32Array.of(value);
  return {
    name: `${keys.path}: jump_relu_threshold`,
    tensor: { dtype: "F32", shape: [1], read: () => ({ shape: [1], data: data() }) },
  };
}

function sayDecoderNorm(
  keys: Keys,
  { rule, isOld }: { rule: string; isOld: boolean },
  said: Said,
): void {
  const key = "sparsity_include_decoder_norm";
  const stated = keys.read(key, kinds.flag);
  said.say("decoder_rows", "stored", "Llamascopium uses W_D as it is stored");
  if (rule === "relu") {
    said.say("rescale_acts_by_decoder_norm", false, "ReLU chooses none by its size");
    return;
  }
  const value = isOld || (stated ?? true);
  said.say(
    "rescale_acts_by_decoder_norm",
    value,
    isOld
      ? "its loader gives directions norm 1 before it compares with the threshold"
      : stated === undefined
        ? `${keys.path}: no ${key}, which is true then`
        : keys.says(key),
  );
}
