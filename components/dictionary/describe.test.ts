import { describe, expect, test } from "vitest";
import { architectureText, corpusText, policyText, settingText, sizeText } from "./describe.ts";

test("an architecture is named with its k, if it has one", () => {
  expect(architectureText({ architecture: "topk", k: 32, hook_name_out: null })).toBe(
    "TopK, k = 32",
  );
  expect(architectureText({ architecture: "standard", k: null, hook_name_out: null })).toBe(
    "ReLU + L1",
  );
  const hook_name_out = "blocks.2.hook_mlp_out";
  expect(architectureText({ architecture: "batchtopk", k: 8, hook_name_out })).toBe(
    "BatchTopK transcoder to blocks.2.hook_mlp_out, k = 8",
  );
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

describe("the corpus", () => {
  const corpus = { id: "pile-10k", sha256: "", tokens: 3_200_000, source: null };
  const counted = { documents: 9871, held_out_documents: 502 };

  test("is told with the documents that were held out and skipped", () => {
    expect(corpusText({ ...corpus, ...counted, skipped: { empty: 3, binary: 0 } })).toBe(
      "pile-10k, 3,200,000 tokens of 9,871 documents, 502 of them held out; 3 empty ones skipped",
    );
    expect(corpusText({ ...corpus, ...counted, skipped: { empty: 3, binary: 1200 } })).toMatch(
      /; 3 empty and 1,200 binary ones skipped$/,
    );
    expect(corpusText({ ...corpus, ...counted, skipped: null })).toMatch(/502 of them held out$/);
  });

  test("of an older bundle, which counts no documents, is its tokens", () => {
    const uncounted = { documents: null, held_out_documents: null, skipped: null };
    expect(corpusText({ ...corpus, ...uncounted })).toBe("pile-10k, 3,200,000 tokens");
  });
});

test("settings are written as typed", () => {
  expect(settingText("a b")).toBe("a b");
  expect(settingText(null)).toBe("null");
  expect(settingText([1, 2])).toBe("[1,2]");
});
