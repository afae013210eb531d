import { bytesPerNumber, type Dtype } from "../activations/dtype.ts";
import { HELD_OUT_ROWS } from "../activations/plan.ts";
import type { ActivationSource } from "../activations/source.ts";
import { toSaeConfig } from "../sae/config.ts";
import type { KernelChoice } from "../sae/kernel/choices.ts";
import { isNative } from "../sae/kernel/kernel.ts";
import { kernelBytes } from "../sae/kernel/portable-kernel.ts";
import { weightEntries } from "../sae/weights.ts";
import { bufferRows, type StreamSettings } from "./batches.ts";
import type { TrainSettings } from "./settings.ts";
import { trainingLayout } from "./step-layout.ts";
import { kernelOptions } from "./training-run.ts";

/** Bytes that a training keeps, by what they are for. */
export type TrainingMemory = {
  weights: number;
  /** Adam's */
  moments: number;
  gradients: number;
  /** activations that are not 0, and what is kept of each */
  entries: number;
  /** the batch, errors, and what threads and parts have of their own */
  buffers: number;
  /** of WebAssembly: each is a JavaScript engine of its own */
  threads: number;
};

/** Measured with Node 20: 80 of them took 8.7 MB each. */
const WORKER_BYTES = 8.7e6;

type Widths = Pick<ActivationSource, "d_in" | "d_out">;

/** What a training's kernel will allocate, out of its layout, and the little that is kept beside it. */
export function trainingMemory(
  settings: TrainSettings,
  widths: Widths,
  { threads, sae_kernel }: { threads: number; sae_kernel: KernelChoice },
): TrainingMemory {
  const config = toSaeConfig(settings, widths);
  const options = kernelOptions(settings, { threads, held_out_rows: HELD_OUT_ROWS });
  const bytes = kernelBytes({ threads, ...trainingLayout(config, options) });
  const workers = isNative(sae_kernel) ? 0 : threads - 1;
  const memory = { weights: 0, moments: 0, gradients: 0, entries: 0, buffers: 0, threads: 0 };
  memory.threads = workers * WORKER_BYTES;
  for (const [name, size] of Object.entries(bytes)) memory[purposeOf(name)] += size;
  // how long each feature has been silent, how often it fired, and a list of the dead
  memory.buffers += 3 * 4 * settings.d_sae;
  return memory;
}

const purposes: [RegExp, keyof TrainingMemory][] = [
  [/^m_|^v_/, "moments"],
  [/^g_/, "gradients"],
  [/^entry_|^by_|^aux_/, "entries"],
  [/^W_|^b_|^threshold$|^r_mag$|^quant|^bias_bound$|^floor$|^gain$|^norm$/, "weights"],
];

function purposeOf(array: string): keyof TrainingMemory {
  return purposes.find(([pattern]) => pattern.test(array))?.[1] ?? "buffers";
}

export function totalOf(memory: TrainingMemory): number {
  return Object.values(memory).reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * What a training needs besides for a moment, while it begins and when it ends: its weights, once
 * more; all of its state when dead features are resampled.
 */
export function briefMemory(settings: TrainSettings, widths: Widths): number {
  const shapes = weightEntries(toSaeConfig(settings, widths));
  const weights = shapes.reduce((sum, [, shape]) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0);
  return settings.resample_every_steps > 0 ? 3 * weights : weights;
}

/** The batches of a stream: a buffer that is used and one that is read, some batches on the way, and rows held out. */
export function streamMemory(
  settings: StreamSettings,
  { d_in, d_out }: Widths,
  dtype: Dtype,
  most_rows = Number.POSITIVE_INFINITY,
): number {
  const width = d_in + (d_out ?? 0);
  const rows = 2 * Math.min(bufferRows(settings), most_rows);
  const floats = 8 * settings.train_batch_tokens + HELD_OUT_ROWS;
  return width * (bytesPerNumber[dtype] * rows + 4 * floats);
}
