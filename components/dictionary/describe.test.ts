import { expect, test } from "vitest";
import { architectureText, policyText, settingText, sizeText } from "./describe.ts";

test("an architecture is named with its k, if it has one", () => {
  expect(architectureText({ architecture: "topk", k: 32 })).toBe("TopK, k = 32");
  expect(architectureText({ architecture: "standard", k: null })).toBe("ReLU + L1");
});

test("the size tells the expansion", () => {
  expect(sizeText({ d_sae: 2048, d_in: 128 })).toBe("2,048 features (16 × 128)");
});

test("the token policy is a sentence", () => {
  expect(policyText({ exclude_first_position: true, exclude_token_ids: [0] })).toBe(
    "Left out of training, measuring and showing: position 0 of every context and token 0.",
  );
  expect(policyText({ exclude_first_position: false, exclude_token_ids: [1, 2] })).toBe(
    "Left out of training, measuring and showing: tokens 1, 2.",
  );
  expect(policyText({ exclude_first_position: false, exclude_token_ids: [] })).toMatch(/^Every/);
});

test("settings are written as typed", () => {
  expect(settingText("a b")).toBe("a b");
  expect(settingText(null)).toBe("null");
  expect(settingText([1, 2])).toBe("[1,2]");
});
