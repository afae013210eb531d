import type { TrainConfig } from "./config.ts";

type Schedule = Pick<TrainConfig, "train_tokens" | "train_batch_tokens">;

export function trainingSteps({ train_tokens, train_batch_tokens }: Schedule): number {
  return Math.ceil(train_tokens / train_batch_tokens);
}

/** lr of a step (from 1): up from 0 over the warm-up, down to 0 over the last fraction. */
export function learningRate(
  step: number,
  config: Schedule & Pick<TrainConfig, "lr" | "lr_warmup_steps" | "lr_decay_fraction">,
): number {
  const steps = trainingSteps(config);
  const decay_steps = Math.round(config.lr_decay_fraction * steps);
  const up = config.lr_warmup_steps === 0 ? 1 : step / config.lr_warmup_steps;
  const down = decay_steps === 0 ? 1 : (steps - step + 1) / decay_steps;
  return config.lr * Math.min(1, up, down);
}

/** λ of a step (from 1): up from 0 over the warm-up. */
export function l1Coefficient(
  step: number,
  { l1_coefficient, l1_warmup_steps }: { l1_coefficient: number; l1_warmup_steps: number },
): number {
  return l1_coefficient * (l1_warmup_steps === 0 ? 1 : Math.min(1, step / l1_warmup_steps));
}
