import { existsSync } from "node:fs";
import { join } from "node:path";
import { BundleError } from "../bundle/errors.ts";
import { hashFile } from "../bundle/hash.ts";
import { readSafetensors } from "../tensor/safetensors.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A model's weights in float32. */
export type Weights = { get(name: string): Tensor; sha256: string };

/** The weights of a model folder, read and checked. */
export async function openWeights(
  dir: string,
  shapes: Map<string, number[]>,
  ignored: RegExp,
): Promise<Weights> {
  const weights = loadWeights(dir, shapes, ignored);
  const { sha256 } = await hashFile(weightsPath(dir));
  return { get: (name) => weights.get(name) as Tensor, sha256 };
}

/**
 * Reads the named tensors of a model folder's model.safetensors into float32, and refuses, naming the tensor,
 * one that is missing, has another shape, is not finite, or that this model has no place for.
 */
function loadWeights(
  dir: string,
  shapes: Map<string, number[]>,
  ignored: RegExp,
): Map<string, Tensor> {
  const path = weightsPath(dir);
  const file = readSafetensors(path);
  try {
    for (const name of file.names)
      if (!shapes.has(name) && !ignored.test(name))
        throw new BundleError(
          `${path}: tensor ${name} ${describe(file.info(name).shape)} has no place in this model; does config.json belong to it?`,
        );
    const weights = new Map<string, Tensor>();
    for (const [name, expected] of shapes) {
      if (!file.names.includes(name))
        throw new BundleError(
          `${path}: tensor ${name} is missing (expected ${describe(expected)})`,
        );
      const found = file.info(name).shape;
      if (describe(found) !== describe(expected))
        throw new BundleError(
          `${path}: tensor ${name} has shape ${describe(found)} (expected ${describe(expected)})`,
        );
      const tensor = file.tensor(name);
      const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0)
        throw new BundleError(
          `${path}: tensor ${name} holds ${tensor.data[bad]} at index ${bad} (expected finite numbers)`,
        );
      weights.set(name, tensor);
    }
    return weights;
  } finally {
    file.close();
  }
}

function weightsPath(dir: string): string {
  const path = join(dir, "model.safetensors");
  if (existsSync(path)) return path;
  const isSharded = existsSync(join(dir, "model.safetensors.index.json"));
  throw new BundleError(
    isSharded
      ? `${dir}: the weights are in several files (expected one model.safetensors)`
      : `${path}: there is no such file`,
  );
}

function describe(shape: number[]): string {
  return `[${shape.join(", ")}]`;
}
