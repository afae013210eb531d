import { UsageError } from "../../bundle/errors.ts";
import type { SaeConfig } from "../../sae/config.ts";

/** What TensorFlow, CUDA and drivers say of a device that is full. */
const FULL = /OOM when allocating|out of memory|RESOURCE_EXHAUSTED/i;

/** Computes on `rows` rows; when the device's memory does not hold it, says what makes it smaller. */
export function withinMemory<T>({ d_sae }: SaeConfig, rows: number, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!FULL.test((error as Error).message)) throw error;
    throw new UsageError(
      `the device's memory does not hold a step of ${rows} rows and ${d_sae} features; lower train_batch_tokens (${rows}) or d_sae (${d_sae})`,
      { cause: error },
    );
  }
}
