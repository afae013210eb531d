import { expect, test } from "vitest";
import { slug } from "../bundle/index.ts";
import { dictionaryName } from "./name.ts";

const topk = {
  hook_name: "blocks.3.hook_resid_post",
  hook_name_out: null,
  skip_connection: false,
  architecture: "topk",
  d_sae: 2048,
  k: 32,
  l1_coefficient: 1e-7,
  l0_coefficient: 1,
} as const;

test("a dictionary is named after its place, its size and its rule", () => {
  expect(dictionaryName(topk, 128)).toBe("res3-16x-topk32");
  const mlp = { ...topk, hook_name: "blocks.10.hook_mlp_out", architecture: "standard" } as const;
  expect(dictionaryName({ ...mlp, l1_coefficient: 0.5 }, 128)).toBe("mlp10-16x-standard-l1-0.5");
  expect(dictionaryName({ ...topk, hook_name: "hook_embed", d_sae: 100 }, 48)).toBe(
    "embed-2.08x-topk32",
  );
});

test("a transcoder is named after both its hooks", () => {
  const hook_name_out = "blocks.3.hook_mlp_out";
  expect(dictionaryName({ ...topk, hook_name_out }, 128)).toBe("res3-mlp3-16x-topk32");
  expect(dictionaryName({ ...topk, hook_name_out, skip_connection: true }, 128)).toBe(
    "res3-mlp3-16x-topk32-skip",
  );
});

test("every such name can stand in an address", () => {
  const tiny = dictionaryName({ ...topk, architecture: "standard" }, 128);
  expect(slug.parse(tiny)).toBe("res3-16x-standard-l1-1e-7");
});
