import { expect, test } from "vitest";
import { snippetsOf } from "./snippets.ts";

const topk: Parameters<typeof snippetsOf>[0] = {
  model: "m",
  slug: "d",
  architecture: "topk",
  k: 32,
  d_in: 128,
  d_sae: 1024,
  hook_name_out: null,
  skip_connection: false,
  subtract_b_dec: true,
  normalize_activations: "none",
};
const codeOf = (key: string, of = topk, pinned = {}) =>
  snippetsOf(of, "http://hub:3000", pinned).find((snippet) => snippet.key === key)?.code;

test("every address in a snippet is whole", () => {
  for (const { code } of snippetsOf(topk, "http://hub:3000", {})) {
    for (const [url] of code.matchAll(/["'](?:http[^"']*|\/[^"']*)["']/g)) {
      expect(url).toMatch(/^["']http:\/\/hub:3000\//);
    }
  }
});

test("a pinned revision is pinned in the snippets as well", () => {
  for (const { code } of snippetsOf(topk, "http://hub:3000", { revision: "abc" })) {
    expect(code).toContain("?revision=abc");
  }
});

test("the plain forward pass follows the architecture", () => {
  expect(codeOf("torch")).toContain(".topk(32, dim=-1)");
  expect(codeOf("torch", { ...topk, architecture: "standard" })).toContain(
    "acts = torch.relu(pre)",
  );
});

test("a dictionary that was trained by batches is run by its threshold", () => {
  const code = codeOf("torch", { ...topk, architecture: "batchtopk" });
  expect(code).toContain('(pre > w["threshold"])');
  const learning = codeOf("dictionary_learning", { ...topk, architecture: "batchtopk" });
  expect(learning).toContain("JumpReluAutoEncoder(128, 1024)");
});

test("a transcoder does not subtract b_dec, and SAELens is offered only where it has the class", () => {
  const transcoder = {
    ...topk,
    hook_name_out: "blocks.0.hook_mlp_out",
    skip_connection: true,
    subtract_b_dec: false,
  };
  expect(codeOf("torch", transcoder)).toContain('pre = x @ w["W_enc"]');
  expect(codeOf("torch", transcoder)).toContain('+ x @ w["W_skip"].T');
  expect(codeOf("saelens", transcoder)).toBeUndefined();
  expect(codeOf("dictionary_learning", transcoder)).toBeUndefined();
  expect(codeOf("saelens", { ...transcoder, architecture: "standard" })).toContain("SAE.load");
});

test("what is done to x is in the forward pass, and what dictionary_learning has no class for is not offered", () => {
  const normalised = { ...topk, normalize_activations: "layer_norm" as const };
  expect(codeOf("torch", normalised)).toContain('pre = (rows - w["b_dec"]) @ w["W_enc"]');
  expect(codeOf("torch", normalised)).toContain("x_hat = x_hat * std + mean");
  expect(codeOf("dictionary_learning", normalised)).toBeUndefined();
  const asItIs = { ...topk, subtract_b_dec: false };
  expect(codeOf("torch", asItIs)).toContain('pre = x @ w["W_enc"]');
  expect(codeOf("dictionary_learning", asItIs)).toBeUndefined();
  const jumprelu = codeOf("dictionary_learning", { ...asItIs, architecture: "jumprelu" });
  expect(jumprelu).not.toContain("apply_b_dec_to_input");
});

test("dictionary_learning gets k and every tensor under its own name", () => {
  const code = codeOf("dictionary_learning");
  expect(code).toContain("AutoEncoderTopK(128, 1024, k=32)");
  expect(code).toContain('"encoder.weight": w["W_enc"].T,');
  const standard = codeOf("dictionary_learning", { ...topk, architecture: "standard" });
  expect(standard).toContain('"bias": w["b_dec"],');
  expect(standard).not.toContain("k=");
});
