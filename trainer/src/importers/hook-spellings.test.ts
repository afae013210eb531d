import { expect, test } from "vitest";
import { toHookName } from "./hook-spellings.ts";

test.each([
  ["blocks.3.hook_resid_pre", "blocks.3.hook_resid_pre"],
  ["blocks-10-hook_resid_post", "blocks.10.hook_resid_post"],
  ["blocks_2_attn_hook_z", "blocks.2.attn.hook_z"],
  ["blocks-2-mlp-hook_post", "blocks.2.mlp.hook_post"],
  ["resid_post_layer_8", "blocks.8.hook_resid_post"],
  ["resid_out_layer0", "blocks.0.hook_resid_post"],
  ["attn_out_layer5", "blocks.5.hook_attn_out"],
  ["attention_out_layer_5", "blocks.5.hook_attn_out"],
  ["mlp_out_layer_1", "blocks.1.hook_mlp_out"],
  ["embed", "hook_embed"],
  ["gpt_neox.layers.4", "blocks.4.hook_resid_post"],
  ["gpt_neox.layers.4.mlp", "blocks.4.hook_mlp_out"],
  ["transformer.h.6.attn", "blocks.6.hook_attn_out"],
  ["layers.7", "blocks.7.hook_resid_post"],
])("%s is %s", (said, hook) => {
  expect(toHookName(said)).toBe(hook);
});

test.each([
  "",
  "trainer_0",
  "blocks.3.hook_nothing",
  "layers.3.mlp.nothing",
  "resid_layer_3",
  "resid_out_layer_99999",
  "3",
])("%j is none", (said) => {
  expect(toHookName(said)).toBeNull();
});
