import { shuffled } from "../activations/shuffled.ts";
import type { ActivationSource, Batch } from "../activations/source.ts";
import { UsageError } from "../bundle/index.ts";
import type { Sae } from "../sae/sae.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TrainSettings } from "./settings.ts";
import { openTrainingRun, type TrainingRun, type TrainingRunInput } from "./training-run.ts";

export type TrainInput = Omit<TrainingRunInput, "first" | "source"> & {
  source: ActivationSource;
  /** once it is aborted, a checkpoint is written and its reason thrown */
  signal?: AbortSignal;
};

/** Activations that the scale, b_dec and b_enc start from. */
const FIRST_ROWS = 16_384;

/**
 * Trains an SAE, from the newest checkpoint if there is one: an interrupted training ends with the
 * same bytes as one that was not. Writes bundle/training.jsonl as it goes, and last the weights
 * and cfg.json.
 */
export async function train(settings: TrainSettings, input: TrainInput): Promise<Sae> {
  const { source, signal } = input;
  const run = await openTrainingRun(settings, {
    ...input,
    first: () => firstRows(settings, source),
  });
  try {
    if (run.steps_done < run.steps)
      await stepThrough(run, batchesOf(settings, source, run.steps_done), signal);
    return await run.finish();
  } finally {
    await run.dispose();
  }
}

async function stepThrough(
  run: TrainingRun,
  batches: AsyncIterable<Batch>,
  signal?: AbortSignal,
): Promise<void> {
  for await (const batch of batches) {
    run.step(batch);
    if (signal?.aborted) run.save();
    signal?.throwIfAborted();
    if (run.steps_done === run.steps) return;
  }
}

/** Batches without end, from the one after `start` others on. */
function batchesOf(settings: TrainSettings, source: ActivationSource, start: number) {
  const { seed, train_batch_tokens: batch, buffer_tokens } = settings;
  if (source.rows < batch)
    throw new UsageError(
      `there are ${source.rows} activations to train on, fewer than one batch of ${batch}: lower train_batch_tokens or give more text`,
    );
  return shuffled(source, { seed, batch, buffer_rows: Math.max(buffer_tokens, batch) }, start);
}

/** The first batches that training will see. */
async function firstRows(settings: TrainSettings, source: ActivationSource): Promise<Batch> {
  const batches: Batch[] = [];
  for await (const batch of batchesOf(settings, source, 0)) {
    batches.push(batch);
    const rows = batches.length * settings.train_batch_tokens;
    if (rows >= FIRST_ROWS || rows + settings.train_batch_tokens > source.rows) break;
  }
  const targets = batches.flatMap(({ y }) => (y ? [y] : []));
  return { x: stacked(batches.map(({ x }) => x)), y: targets.length > 0 ? stacked(targets) : null };
}

function stacked(parts: Tensor[]): Tensor {
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  const width = parts[0].shape[1];
  return { shape: [data.length / width, width], data };
}
