import { shuffled } from "../activations/shuffled.ts";
import type { ActivationSource, Batch } from "../activations/source.ts";
import { UsageError } from "../bundle/index.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TrainSettings } from "./settings.ts";

/** What decides, with the source, which batches a training sees. */
export type StreamSettings = Pick<TrainSettings, "seed" | "train_batch_tokens" | "buffer_tokens">;

/** Activations that the scale, b_dec and b_enc start from. */
const FIRST_ROWS = 16_384;

/** The same for trainings that see the same batches of a source. */
export function streamKey(settings: StreamSettings): string {
  const { seed, train_batch_tokens } = settings;
  return [seed, train_batch_tokens, bufferRows(settings)].join(" ");
}

/** Rows that are shuffled at a time. */
export function bufferRows({ buffer_tokens, train_batch_tokens }: StreamSettings): number {
  return Math.max(buffer_tokens, train_batch_tokens);
}

/** Batches without end, from the one after `start` others on. */
export function batchesOf(settings: StreamSettings, source: ActivationSource, start: number) {
  const { seed, train_batch_tokens: batch } = settings;
  if (source.rows < batch)
    throw new UsageError(
      `there are ${source.rows} activations to train on, fewer than one batch of ${batch}: lower train_batch_tokens or give more text`,
    );
  return shuffled(source, { seed, batch, buffer_rows: bufferRows(settings) }, start);
}

/** The first batches that training will see. */
export async function firstRows(
  settings: StreamSettings,
  source: ActivationSource,
): Promise<Batch> {
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
