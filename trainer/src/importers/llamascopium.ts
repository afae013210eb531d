import { BundleError } from "../bundle/index.ts";
import {
  eachNumber,
  foreignOf,
  needTensor,
  refuseUnknown,
  Said,
  type Sizes,
  type Taken,
  type TakenWeights,
} from "./described.ts";
import { type Candidate, folderOf, type Opened, readEach, withConfigs } from "./folders.ts";
import type { Foreign, Format } from "./foreign.ts";
import { type Keys, kinds, oneOf } from "./keys.ts";
import { type Norms, readNorms } from "./llamascopium-norms.ts";

const names = { W_enc: "W_E", b_enc: "b_E", W_dec: "W_D", b_dec: "b_D" };
/** Those of Llama Scope, which had nn.Linear. */
const linear = {
  W_enc: "encoder.weight",
  b_enc: "encoder.bias",
  W_dec: "decoder.weight",
  b_dec: "decoder.bias",
};

/**
 * Llamascopium (2.0, before: lm-saes) of OpenMOSS, and the Llama Scope SAEs of its first versions: a config with
 * `hook_point_in` and `d_model`, in the folder of the weights or, of Llama Scope, in the one above `checkpoints/`.
 */
export const llamascopium: Format = {
  name: "llamascopium",
  find: (input) =>
    readEach(
      withConfigs(input, {
        holds: ({ tensors }) => tensors.has("W_E") || tensors.has("W_D") || isLinear(tensors),
        isConfig: (record) => Object.hasOwn(record, "hook_point_in"),
        configFolders: (folder) => [folder, folderOf(folder)],
      }),
      readOne,
    ),
};

function isLinear(tensors: Opened["tensors"]): boolean {
  return tensors.has("encoder.weight") && tensors.has("decoder.weight");
}

function readOne({ where, opened, config: { file, keys } }: Candidate): Foreign {
  const said = new Said();
  const type = keys.read("sae_type", kinds.text);
  if (type !== undefined && type !== "sae")
    throw new BundleError(
      `${keys.says("sae_type")}, which is not read: it has several hooks or layers, expected sae`,
    );
  if (keys.read("use_glu_encoder", kinds.flag) || opened.tensors.has("W_E_glu"))
    throw new BundleError(
      `${opened.file.path}: W_E_glu: a second encoder, by whose sigmoid pre-activations are multiplied, is not read`,
    );
  const own = isLinear(opened.tensors) ? linear : names;
  const sizes = readSizes(keys);
  said.sayAll(
    own === names
      ? { encoder: "d_in,d_sae", decoder: "d_sae,d_out" }
      : { encoder: "d_sae,d_in", decoder: "d_out,d_sae" },
    `${own.W_enc} and ${own.W_dec} lie so in Llamascopium`,
  );
  sayHooks(keys, said);
  const norms = readNorms(keys, opened, said);
  const weights = takeWeights(opened, own, { keys, norms, said, sizes });
  return foreignOf({
    format: "llamascopium",
    where,
    sizes,
    opened,
    weights,
    said,
    trained: { k: said.reading.k ?? null },
    files: [file],
  });
}

function readSizes(keys: Keys): Sizes {
  const d_in = keys.need("d_model", kinds.size);
  const d_sae =
    keys.read("d_sae", kinds.size) ?? Math.floor(d_in * keys.need("expansion_factor", kinds.scale));
  return { d_in, d_sae, d_out: d_in };
}

function sayHooks(keys: Keys, said: Said): void {
  const from = keys.need("hook_point_in", kinds.text);
  const to = keys.read("hook_point_out", kinds.text) ?? from;
  said.sayHook("hook_name", from, keys.says("hook_point_in"));
  if (to === from) said.say("hook_name_out", null, "hook_point_in and hook_point_out are the same");
  else said.sayHook("hook_name_out", to, keys.says("hook_point_out"));
}

type Rest = { keys: Keys; norms: Norms; said: Said; sizes: Sizes };

function takeWeights(
  opened: Opened,
  own: typeof names,
  { keys, norms, said, sizes }: Rest,
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
  sayDecoderNorm(keys, { rule, isOld: own === linear }, said);
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
