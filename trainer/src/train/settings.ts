import { z } from "zod";
import type { Architecture } from "../bundle/cfg.ts";
import { hasK, saeConfig } from "../sae/config.ts";
import { allFeatures, type FeatureChunks } from "../sae/orthogonality.ts";
import { Random } from "../tensor/random.ts";
import { trainConfig } from "./config.ts";
import { sparsityShare } from "./schedule.ts";

/** What a training depends on beside its activations; a checkpoint is refused under other values. */
export const trainSettings = z.object({ ...saeConfig.shape, ...trainConfig.shape, seed: z.int() });
export type TrainSettings = z.infer<typeof trainSettings>;

/** Which setting is the weight of an architecture's penalty. */
const weights: Record<Architecture, "l1_coefficient" | "l0_coefficient" | null> = {
  standard: "l1_coefficient",
  gated: "l1_coefficient",
  jumprelu: "l0_coefficient",
  topk: null,
  batchtopk: null,
  matryoshka_batchtopk: null,
};

/** The weights of what a step (from 1) adds to the squared error. */
export function penaltiesOf(settings: TrainSettings, step: number) {
  const name = weights[settings.architecture];
  const { orthogonality_coefficient } = settings;
  return {
    sparsity_coefficient: name === null ? 0 : settings[name] * sparsityShare(step, settings),
    auxk_coefficient: auxkCoefficient(settings),
    ...(orthogonality_coefficient > 0 && {
      orthogonality_coefficient,
      chunks: featureChunks(settings, step),
    }),
  };
}

/** Which setting makes features fewer, and its value, for messages. */
export function sparsitySetting(settings: TrainSettings): string {
  const name = weights[settings.architecture] ?? "k";
  return `${name} (${settings[name]})`;
}

export function auxkCoefficient({ architecture, auxk_coefficient }: TrainSettings): number {
  return auxk_coefficient ?? (hasK(architecture) ? 1 / 8 : 0);
}

/** Features whose decoder rows are compared at a step: chunks of `orthogonality_chunk` at most, as even as can be. */
export function featureChunks(
  { d_sae, seed, orthogonality_chunk: most }: TrainSettings,
  step: number,
): FeatureChunks {
  const all = allFeatures(d_sae);
  if (most === 0 || most >= d_sae) return all;
  const order = new Random(seed, "orthogonality", step).shuffle(all.order);
  return { order, count: Math.ceil(d_sae / most) };
}
