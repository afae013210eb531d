import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BundleError, UsageError } from "../bundle/errors.ts";
import type { Scales } from "../sae/inference.ts";
import { lazyWeights, type WeightName } from "../sae/weights.ts";
import {
  readSafetensors,
  type StoredArray,
  type StreamedArray,
  writeSafetensors,
} from "../tensor/safetensors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { StepState, StoredState } from "./training-step.ts";

/** All that the rest of a training depends on, beside its settings and its activations. */
export type Checkpoint = Scales & {
  state: StepState;
  /** [d_sae] */
  tokens_since_fired: Int32Array;
  batch_threshold: number;
};

/** What a training was asked to do; one that is taken up again must be asked the same. */
export type Settings = Record<string, unknown>;

const KEPT = 2;
const groups = ["weights", "mean", "square"] as const;
const numbers = ["input_scale", "output_scale", "batch_threshold"] as const;

/** A checkpoint on its way to the disk. */
export type Unsaved = Omit<Checkpoint, "state"> & { state: StoredState };

/** Writes checkpoints/step-N.safetensors, whole or not at all, and keeps the newest two. */
export function saveCheckpoint(dir: string, checkpoint: Unsaved, settings: Settings): void {
  const { state, tokens_since_fired } = checkpoint;
  const tensors: Record<string, StoredArray | StreamedArray> = {
    tokens_since_fired: { shape: [tokens_since_fired.length], data: tokens_since_fired },
  };
  for (const group of groups)
    for (const [name, tensor] of Object.entries(state[group])) tensors[`${group}.${name}`] = tensor;
  const metadata = {
    step: String(state.step),
    ...Object.fromEntries(numbers.map((name) => [name, String(checkpoint[name])])),
    settings: JSON.stringify(settings),
  };
  writeSafetensors(join(dir, fileName(state.step)), tensors, metadata);
  for (const old of list(dir).slice(KEPT)) rmSync(join(dir, old));
}

/** The newest checkpoint that is whole, or null; refused when it was made with other settings. Its tensors are read when they are asked for. */
export function loadCheckpoint(dir: string, settings: Settings): Checkpoint | null {
  for (const name of list(dir))
    try {
      return read(join(dir, name), settings);
    } catch (error) {
      if (!(error instanceof BundleError)) throw error; // damaged: the one before it will do
    }
  return null;
}

/** Removes what was saved after `step` steps, if anything was; answers the newest that is left. */
export function discardCheckpoint(dir: string, step: number): string | null {
  rmSync(join(dir, fileName(step)), { force: true });
  const [newest] = list(dir);
  return newest === undefined ? null : join(dir, newest);
}

function read(path: string, settings: Settings): Checkpoint {
  const file = readSafetensors(path);
  try {
    const { step, settings: found = "{}" } = file.metadata;
    refuseOtherSettings(path, JSON.parse(found), settings);
    const number = (name: string) => Number(file.metadata[name]);
    const weights = (group: string) => {
      const inGroup = file.names.filter((name) => name.startsWith(`${group}.`));
      const names = inGroup.map((name) => name.slice(group.length + 1) as WeightName);
      return lazyWeights(names, (name) => readTensor(path, `${group}.${name}`));
    };
    return {
      state: {
        step: Number(step),
        weights: weights("weights"),
        mean: weights("mean"),
        square: weights("square"),
      },
      tokens_since_fired: file.array("tokens_since_fired").data as Int32Array,
      input_scale: number("input_scale"),
      output_scale: number("output_scale"),
      batch_threshold: number("batch_threshold"),
    };
  } finally {
    file.close();
  }
}

function readTensor(path: string, name: string): Tensor {
  const file = readSafetensors(path);
  try {
    return file.tensor(name);
  } finally {
    file.close();
  }
}

function refuseOtherSettings(path: string, found: Settings, asked: Settings): void {
  const differing = [...new Set([...Object.keys(found), ...Object.keys(asked)])]
    .filter((key) => JSON.stringify(found[key]) !== JSON.stringify(asked[key]))
    .map((key) => `${key} was ${JSON.stringify(found[key])}, now ${JSON.stringify(asked[key])}`);
  if (differing.length === 1 && found.engine !== asked.engine)
    throw new UsageError(
      `${path} was trained with ${found.engine} (now ${asked.engine}), and the two round otherwise: go on with that --device, or use another run folder`,
    );
  if (differing.length > 0)
    throw new UsageError(
      `${path} was made with other settings: ${differing.join("; ")}; use another run folder`,
    );
}

/** newest first */
function list(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => /^step-\d+\.safetensors$/.test(name))
    .sort()
    .reverse();
}

function fileName(step: number): string {
  return `step-${String(step).padStart(9, "0")}.safetensors`;
}
