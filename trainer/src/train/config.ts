import { z } from "zod";

const steps = z.int().nonnegative();

export const trainConfig = z.object({
  train_tokens: z
    .int()
    .positive()
    .default(3_000_000)
    .describe("tokens to train on; more than there are means several passes"),
  train_batch_tokens: z.int().positive().default(2048).describe("tokens per training step"),
  lr: z.number().positive().default(3e-3).describe("Adam's learning rate after its warm-up"),
  adam_beta1: z.number().min(0).lt(1).default(0.9).describe("decay of Adam's mean"),
  adam_beta2: z.number().min(0).lt(1).default(0.999).describe("decay of Adam's mean square"),
  lr_warmup_steps: steps.default(100).describe("steps over which the learning rate rises from 0"),
  lr_decay_fraction: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe("last fraction of the steps, over which the learning rate falls to 0"),
  lr_decay: z
    .enum(["linear", "cosine"])
    .default("linear")
    .describe("how the learning rate falls over that fraction"),
  sparsity_warmup_steps: steps
    .default(200)
    .describe("steps over which the sparsity penalty rises from 0 (standard, gated, jumprelu)"),
  clip_grad_norm: z
    .number()
    .nonnegative()
    .default(1)
    .describe("largest norm of the whole gradient; 0 does not clip"),
  b_dec_init: z
    .enum(["geometric_median", "mean", "zeros"])
    .default("geometric_median")
    .describe("what b_dec starts as, over the first activations"),
  initial_l0: z
    .number()
    .nonnegative()
    .default(100)
    .describe(
      "features that b_enc lets fire per token at the start (standard, gated, jumprelu); 0 starts b_enc at 0",
    ),
  auxk_coefficient: z
    .number()
    .nonnegative()
    .nullable()
    .default(null)
    .describe(
      "weight of the loss that revives dead features (Gao et al. 2024); null: 1/8 where k is set, else 0",
    ),
  resample_every_steps: steps
    .default(0)
    .describe(
      "steps between resamplings of dead features towards inputs of high loss (Bricken et al. 2023), until the learning rate falls; 0: never",
    ),
  dead_after_tokens: z
    .int()
    .positive()
    .default(100_000)
    .describe("tokens without firing after which a feature counts as dead"),
  checkpoint_every_steps: z.int().positive().default(250).describe("steps between checkpoints"),
  fvu_every_steps: steps
    .default(100)
    .describe("steps between measurements of fvu on held-out activations; 0: never"),
  log_every_steps: z.int().positive().default(10).describe("steps between lines of training.jsonl"),
  buffer_tokens: z.int().positive().default(131_072).describe("activations shuffled at a time"),
});
export type TrainConfig = z.infer<typeof trainConfig>;
