import type { Architecture } from "../trainer/src/bundle/cfg.ts";

/*
 * What bench/quality.ts trains. Where a penalty sets the sparsity, its weight was found by trying, at each layer, so that
 * about L0 features are active after a million tokens. Everything else of ours is the trainer's default.
 */

export const L0 = 32;
export const D_SAE = 1024;
export const BATCH = 2048;

type Settings = Record<string, unknown>;

/** Flags of the trainer, by layer. */
export const ours: Record<Architecture, (layer: number) => Settings> = {
  standard: (layer) => ({ l1_coefficient: [0.94, 1.07, 1.22, 1.29, 1.42, 1.6][layer] }),
  gated: (layer) => ({ l1_coefficient: [1.48, 1.59, 1.8, 1.92, 2.07, 2.21][layer] }),
  jumprelu: (layer) => ({ l0_coefficient: [0.03, 0.05, 0.09, 0.16, 0.22, 0.25][layer] }),
  topk: () => ({ k: L0 }),
  batchtopk: () => ({ k: L0 }),
  matryoshka_batchtopk: () => ({ k: L0 }),
};

/**
 * Settings of dictionary_learning's trainers for so many steps. Their schedules are as long as ours, since theirs are
 * longer than this training, and the learning rate is our default, which is better here than theirs.
 */
export const theirs: Record<Architecture, (steps: number) => Settings> = {
  standard: (steps) => ({ ...penalized(steps), l1_penalty: 1.6 }),
  gated: (steps) => ({ ...penalized(steps), l1_penalty: 2.2 }),
  // made for activations of norm 1: the bandwidth is multiplied by √d_in, the penalty by d_in
  jumprelu: (steps) => ({
    ...penalized(steps),
    target_l0: L0,
    bandwidth: 0.01,
    sparsity_penalty: 128,
  }),
  topk: (steps) => ({ ...schedule(steps), k: L0 }),
  batchtopk: (steps) => batchTopK(steps),
  matryoshka_batchtopk: (steps) => ({
    ...batchTopK(steps),
    group_fractions: [1 / 32, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2],
  }),
};

function schedule(steps: number): Settings {
  return { lr: 3e-3, warmup_steps: 100, decay_start: Math.floor(0.8 * steps) };
}

function penalized(steps: number): Settings {
  return { ...schedule(steps), sparsity_warmup_steps: 200 };
}

function batchTopK(steps: number): Settings {
  return { ...schedule(steps), k: L0, threshold_start_step: Math.floor(steps / 2) };
}
