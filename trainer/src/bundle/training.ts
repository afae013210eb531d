import { z } from "zod";

/** training.jsonl: one line per reported step. Losses are means over the batch, in the scale the SAE was trained in. */
export const trainingLine = z.object({
  step: z.int().positive(),
  tokens: z.int().positive(),
  loss: z.number(),
  mse_loss: z.number(),
  sparsity_loss: z.number(),
  /** of dead features; of gated also of the gates alone */
  auxk_loss: z.number(),
  /** of decoder rows against each other; absent without that penalty */
  orthogonality_loss: z.number().optional(),
  l0: z.number(),
  /** on activations that are never trained on; null on lines where it was not measured */
  fvu: z.number().nullable().default(null),
  /** features that fired on none of the last `dead_after_tokens` tokens */
  dead_fraction: z.number(),
  lr: z.number(),
  grad_norm: z.number(),
});
export type TrainingLine = z.infer<typeof trainingLine>;
