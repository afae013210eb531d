import type { Sae } from "../sae/sae.ts";
import { type TrainingTask, trainTogether } from "./lockstep.ts";
import type { TrainSettings } from "./settings.ts";

export type TrainInput = TrainingTask["input"] & {
  /** once it is aborted, a checkpoint is written and its reason thrown */
  signal?: AbortSignal;
};

/**
 * Trains an SAE, from the newest checkpoint if there is one: an interrupted training ends with the
 * same bytes as one that was not. Writes bundle/training.jsonl as it goes, and last the weights
 * and cfg.json.
 */
export async function train(
  settings: TrainSettings,
  { signal, ...input }: TrainInput,
): Promise<Sae> {
  let trained: Sae | undefined;
  const end = {
    finished(sae: Sae) {
      trained = sae;
    },
    diverged(error: Error) {
      throw error;
    },
  };
  await trainTogether([{ settings, input, end }], signal);
  return trained as Sae;
}
