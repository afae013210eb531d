import type { Said } from "./described.ts";
import type { Config } from "./folders.ts";
import { kinds, oneOf } from "./keys.ts";

const sites: Record<string, string> = {
  res: "hook_resid_post",
  mlp: "hook_mlp_out",
  att: "attn.hook_z",
};

/** Of the first release only names tell: gemma-scope-2b-pt-res/layer_12/width_16k/average_l0_82/params.npz */
export function sayFirst(path: string, said: Said): void {
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
  const site = kind === undefined ? undefined : sites[kind];
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
export function saySecond({ keys }: Config, said: Said, hasSkip: boolean): void {
  keys.read("architecture", oneOf("jump_relu"));
  said.say("input_scale", 1, "Gemma Scope's normalisation is folded into its weights");
  const model = keys.read("model_name", kinds.text)?.replace("-v3-", "-3-");
  if (model)
    said.say("model", model.includes("/") ? model : `google/${model}`, keys.says("model_name"));
  const from = keys.need("hf_hook_point_in", kinds.text);
  const to = keys.read("hf_hook_point_out", kinds.text) ?? from;
  const isTranscoder = to !== from;
  if (hasSkip && !isTranscoder)
    keys.refuse(
      "hf_hook_point_out",
      `another than hf_hook_point_in, since there is a skip connection`,
    );
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
