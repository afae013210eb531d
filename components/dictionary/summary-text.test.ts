import { expect, test } from "vitest";
import { summaryText } from "./summary-text.ts";

const metrics = { l0: 32, ce_diff: 0.0576, ce_loss_recovered: 0.9912, fvu: 0.0458 };
const dictionary = {
  model: "m",
  hook_name: "blocks.3.hook_resid_post",
  hook_name_out: null,
  architecture: "topk",
  k: 32,
  d_in: 128,
  d_sae: 2048,
  metrics: { ...metrics, dead_fraction: 0.0059 },
  training: [{ tokens: 3_000_000 }],
  manifest: { provenance: { corpus: { id: "stories" } } },
} as unknown as Parameters<typeof summaryText>[0];

test("says what it is, how good it is, and what is dead", () => {
  expect(summaryText(dictionary)).toBe(
    "A sparse autoencoder by TopK (k = 32) with 2,048 features of 128 inputs at blocks.3.hook_resid_post of m, " +
      "trained on 3 M tokens of stories. On held-out text 32.0 features are active per token on average and leave " +
      "4.6 % of the variance unexplained; with its output in place of the activations the model's next-token loss is " +
      "0.058 nats more (99 % of the loss recovered). 0.6 % of the features never fire there.",
  );
});

test("does not call a lower loss a higher one, nor no dead features some", () => {
  const better = { ...metrics, ce_diff: -0.01, dead_fraction: 0 } as typeof dictionary.metrics;
  const text = summaryText({ ...dictionary, k: null, training: [], metrics: better });
  expect(text).toContain("0.010 nats less");
  expect(text).toContain("Every feature fires there.");
  expect(text).toContain("by TopK with");
  expect(text).toContain("trained of stories");
});
