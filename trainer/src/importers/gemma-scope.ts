import { BundleError } from "../bundle/index.ts";
import { transposed } from "../tensor/tensor.ts";
import {
  afterRelu,
  derived,
  foreignOf,
  needMatrix,
  needTensor,
  refuseUnknown,
  Said,
  type TakenWeights,
} from "./described.ts";
import { type Config, configsIn, folderOf, type Opened, readEach, tensorsOf } from "./folders.ts";
import type { Foreign, Format, Input, InputFile } from "./foreign.ts";
import { kinds, oneOf } from "./keys.ts";

const first = ["W_enc", "W_dec", "b_enc", "b_dec", "threshold"];
const second = first.map((name) => name.toLowerCase());
const SKIP = "affine_skip_connection";

/**
 * Gemma Scope: params.npz with W_enc, W_dec, b_enc, b_dec, threshold (Lieberum et al. 2024), and Gemma Scope 2: the same
 * in lower case as safetensors. JumpReLU SAEs that do not subtract b_dec; model and hook stand in the names of folders.
 */
export const gemmaScope: Format = {
  name: "gemma_scope",
  find: (input) =>
    readEach(
      input.files.flatMap((file) => {
        const opened = tensorsOf(file);
        return opened && isGemmaScope(opened) ? [opened] : [];
      }),
      (opened) => readOne(input, opened),
    ),
};

/** Most of its names, so that a missing one is told; those of the first release alone may be of any system. */
function isGemmaScope({ file, tensors }: Opened): boolean {
  const has = (names: string[]) => names.filter((name) => tensors.has(name)).length >= 4;
  return has(second) || (has(first) && isNpz(file));
}

function isNpz({ path }: InputFile): boolean {
  return path.endsWith(".npz");
}

function readOne(input: Input, opened: Opened): Foreign {
  const { path } = opened.file;
  const said = new Said();
  const isSecond = opened.tensors.has("w_enc") || opened.tensors.has("w_dec");
  const [W_enc, W_dec, b_enc, b_dec, threshold] = (isSecond ? second : first).map((name) =>
    needTensor(opened, name),
  );
  needMatrix(opened, W_enc.name);
  if (W_dec.tensor.shape.length === 3)
    throw new BundleError(
      `${path}: ${W_dec.name}: found [${W_dec.tensor.shape.join(", ")}], a cross-layer transcoder, which is not read; expected [d_sae, d_out]`,
    );
  const weights: TakenWeights = { W_enc, W_dec, b_enc, b_dec };
  weights.threshold = { ...threshold, tensor: afterRelu(threshold.tensor) };
  const skip = opened.tensors.get(SKIP);
  if (skip)
    weights.W_skip = {
      name: SKIP,
      tensor: { ...derived(skip, transposed), shape: skip.shape.toReversed() },
    };
  refuseUnknown(opened, [...(isSecond ? second : first), ...(isSecond ? [SKIP] : [])]);
  said.say("architecture", "jumprelu", `there is a ${threshold.name} for each feature`);
  said.sayAll(
    {
      k: null,
      encoder: "d_in,d_sae",
      decoder: "d_sae,d_out",
      subtract_b_dec: false,
      decoder_rows: "stored",
      rescale_acts_by_decoder_norm: false,
      normalize_activations: "none",
    },
    "Gemma Scope multiplies activations as they are by W_enc [d_in, d_sae], and W_dec [d_sae, d_out] as it is stored",
  );
  const [config] = isSecond
    ? configsIn(input, folderOf(path), (record) => Object.hasOwn(record, "hf_hook_point_in"))
    : [];
  if (config) saySecond(config, said, skip !== undefined);
  else sayFirst(`${input.name}/${path}`, said);
  const [d_in, d_sae] = W_enc.tensor.shape;
  const sizes = { d_in, d_sae, d_out: W_dec.tensor.shape[1] };
  return foreignOf({
    format: "gemma_scope",
    where: path,
    sizes,
    opened,
    weights,
    said,
    trained: { architecture: "jumprelu" },
    files: config ? [config.file] : [],
  });
}

const kinds1: Record<string, string> = {
  res: "hook_resid_post",
  mlp: "hook_mlp_out",
  att: "attn.hook_z",
};

/** Of the first release only names tell: gemma-scope-2b-pt-res/layer_12/width_16k/average_l0_82/params.npz */
function sayFirst(path: string, said: Said): void {
  const because = `its path, ${path}`;
  const [, size, tuned, kind] = /gemma-scope-(\d+b)-(pt|it)-(\w+)/.exec(path) ?? [];
  const layer = /(?:^|\/)layer_(\d+)(?:\/|_|$)/.exec(path)?.[1];
  const isEmbedding = /(?:^|\/)embedding(?:\/|$)/.test(path);
  if (size) said.say("model", `google/gemma-2-${size}${tuned === "it" ? "-it" : ""}`, because);
  if (isEmbedding)
    said.notes.push(
      "input_scale: it was trained on embeddings before they are multiplied by √d_in; for activations that are, it is 1/√d_in",
    );
  else said.say("input_scale", 1, "Gemma Scope's normalisation is folded into its weights");
  if (kind === "transcoders") {
    if (layer) said.sayHook("hook_name_out", `blocks.${layer}.hook_mlp_out`, because);
    said.notes.push(
      "hook_name: it reads what goes into the MLP, behind the layer norm, which has no hook of its own here",
    );
    return;
  }
  const site = kind === undefined ? undefined : kinds1[kind];
  if (site) said.say("hook_name_out", null, because);
  if (isEmbedding && kind === "res") said.sayHook("hook_name", "hook_embed", because);
  else if (site && layer) said.sayHook("hook_name", `blocks.${layer}.${site}`, because);
}

const modules: [RegExp, string][] = [
  [/^model\.layers\.(\d+)\.output$/, "hook_resid_post"],
  [/^model\.layers\.(\d+)\.self_attn\.o_proj\.input$/, "attn.hook_z"],
  [/^model\.layers\.(\d+)\.post_feedforward_layernorm\.output$/, "hook_mlp_out"],
];

/** Of the second, the config beside it. */
function saySecond({ keys }: Config, said: Said, hasSkip: boolean): void {
  keys.read("architecture", oneOf("jump_relu"));
  said.say("input_scale", 1, "Gemma Scope's normalisation is folded into its weights");
  const model = keys.read("model_name", kinds.text)?.replace("-v3-", "-3-");
  if (model)
    said.say("model", model.includes("/") ? model : `google/${model}`, keys.says("model_name"));
  const from = keys.need("hf_hook_point_in", kinds.text);
  const to = keys.read("hf_hook_point_out", kinds.text) ?? from;
  const isTranscoder = to !== from;
  if (hasSkip && !isTranscoder)
    keys.refuse("hf_hook_point_out", `another than hf_hook_point_in, since there is ${SKIP}`);
  sayModule("hook_name", from, keys.says("hf_hook_point_in"), said);
  if (isTranscoder) sayModule("hook_name_out", to, keys.says("hf_hook_point_out"), said);
  else said.say("hook_name_out", null, "its output goes where its input is from");
}

function sayModule(
  key: "hook_name" | "hook_name_out",
  module: string,
  because: string,
  said: Said,
): void {
  for (const [pattern, site] of modules) {
    const layer = pattern.exec(module)?.[1];
    if (!layer) continue;
    said.sayHook(key, `blocks.${layer}.${site}`, because);
    return;
  }
  said.notes.push(`${key}: ${because}, which has no hook of its own here`);
}
