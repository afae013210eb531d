import type { TrainConfig } from "./config.ts";

type Schedule = Pick<TrainConfig, "train_tokens" | "train_batch_tokens">;

export function trainingSteps({ train_tokens, train_batch_tokens }: Schedule): number {
  return Math.ceil(train_tokens / train_batch_tokens);
}

/** lr of a step (from 1): up from 0 over the warm-up, down to 0 over the last fraction. */
export function learningRate(
  step: number,
  config: Schedule & Pick<TrainConfig, "lr" | "lr_warmup_steps" | "lr_decay_fraction" | "lr_decay">,
): number {
  const steps = trainingSteps(config);
  const decay_steps = Math.round(config.lr_decay_fraction * steps);
  const up = config.lr_warmup_steps === 0 ? 1 : step / config.lr_warmup_steps;
  const down = decay_steps === 0 ? 1 : (steps - step + 1) / decay_steps;
  const falling = Math.min(1, down);
  const decay = config.lr_decay === "cosine" ? (1 - Math.cos(Math.PI * falling)) / 2 : falling;
  return config.lr * Math.min(1, up, decay);
}

/** The share of its weight that the sparsity penalty has at a step (from 1): up from 0 over the warm-up. */
export function sparsityShare(
  step: number,
  { sparsity_warmup_steps: warmup }: Pick<TrainConfig, "sparsity_warmup_steps">,
): number {
  return warmup === 0 ? 1 : Math.min(1, step / warmup);
}
