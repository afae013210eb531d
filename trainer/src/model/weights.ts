import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { BundleError } from "../bundle/errors.ts";
import type { Report } from "../bundle/progress.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkNumbers } from "./check-numbers.ts";
import type { Family, ModelConfig } from "./families/family.ts";
import { closeFiles, openWeightFiles, type WeightFile } from "./weight-files.ts";

/** A tensor in its file: what a runtime needs to read it itself. */
export type StoredTensor = {
  path: string;
  dtype: "F32" | "F16" | "BF16";
  shape: number[];
  offset: number;
  bytes: number;
};

/** A model's weights in float32. */
export type Weights = {
  /** read when first asked for, and kept */
  get(name: string): Tensor;
  /** not kept: for whoever keeps it in another form */
  read(name: string): Tensor;
  stored(name: string): StoredTensor;
  /** of the file; of several, of what `sha256sum model-*.safetensors` prints */
  sha256: string;
  close(): void;
};

export type OpenOptions = { report?: Report; signal?: AbortSignal };

/** Where a weight lies: its name in the file may lack the family's prefix. */
type Place = { source: WeightFile; stored: string };

/**
 * The weights of a model folder, with all that is wrong with them found now: a tensor that is missing, has another
 * shape or dtype, is not finite, or that this model has no place for is refused by name.
 */
export async function openWeights(
  dir: string,
  { family, config }: { family: Family; config: ModelConfig },
  options: OpenOptions = {},
): Promise<Weights> {
  const files = await openWeightFiles(dir);
  try {
    const shapes = family.weights(config);
    const places = findPlaces(files, family, shapes);
    for (const [name, shape] of shapes) checkPlace(dir, name, shape, places.get(name));
    const sha256 = await checkFiles(files, places, shapes, options);
    const kept = new Map<string, Tensor>();
    const read = (name: string): Tensor => {
      const { source, stored } = places.get(name) as Place;
      return kept.get(name) ?? source.file.tensor(stored);
    };
    const get = (name: string): Tensor => {
      const tensor = read(name);
      kept.set(name, tensor);
      return tensor;
    };
    const head = places.get(family.head);
    if (head && !shapes.has(family.head)) checkCopy(head, read(family.unembedding(config)));
    const stored = (name: string) => storedAt(places.get(name) as Place);
    return { get, read, stored, sha256, close: () => closeFiles(files) };
  } catch (error) {
    closeFiles(files);
    throw error;
  }
}

function storedAt({ source: { path, file }, stored }: Place): StoredTensor {
  const { dtype, shape } = file.info(stored);
  return {
    path: resolve(path),
    dtype: dtype as StoredTensor["dtype"],
    shape,
    ...file.extent(stored),
  };
}

/** Each tensor of the files under the name that the family has for it. */
function findPlaces(
  files: WeightFile[],
  { prefix, buffers, head }: Family,
  shapes: Map<string, number[]>,
): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const source of files)
    for (const stored of source.file.names) {
      const name = [stored, prefix + stored].find((name) => shapes.has(name) || name === head);
      if (name === undefined && !buffers.test(stored) && !buffers.test(prefix + stored))
        throw new BundleError(
          `${source.path}: tensor ${stored} ${describe(source.file.info(stored).shape)} has no place in this model; does config.json belong to it?`,
        );
      if (name !== undefined && places.has(name))
        throw new BundleError(`${source.path}: tensor ${stored} is there twice`);
      if (name !== undefined) places.set(name, { source, stored });
    }
  return places;
}

function checkPlace(dir: string, name: string, expected: number[], place: Place | undefined): void {
  if (!place)
    throw new BundleError(`${dir}: tensor ${name} is missing (expected ${describe(expected)})`);
  const { source, stored } = place;
  const { dtype, shape } = source.file.info(stored);
  if (describe(shape) !== describe(expected))
    throw new BundleError(
      `${source.path}: tensor ${stored} has shape ${describe(shape)} (expected ${describe(expected)})`,
    );
  if (!["F32", "F16", "BF16"].includes(dtype))
    throw new BundleError(
      `${source.path}: tensor ${stored} has dtype ${dtype} (expected F32, F16 or BF16)`,
    );
}

/** Reads every byte once. */
async function checkFiles(
  files: WeightFile[],
  places: Map<string, Place>,
  shapes: Map<string, number[]>,
  { report, signal }: OpenOptions,
): Promise<string> {
  const stage = "check weights";
  const total = files.reduce((sum, { path }) => sum + statSync(path).size, 0);
  const begun = Date.now();
  let [done, reported] = [0, begun];
  const onBytes = (bytes: number) => {
    signal?.throwIfAborted();
    done += bytes;
    const isDue = Date.now() - reported >= 500 || (done === total && reported > begun);
    if (!isDue) return;
    reported = Date.now();
    report?.({ stage, done, total, unit: "bytes" });
  };
  const lines: string[] = [];
  for (const file of files) {
    const used = [...places].filter(([name, { source }]) => shapes.has(name) && source === file);
    const sha256 = await checkNumbers(file.path, new Set(used.map(([, p]) => p.stored)), onBytes);
    if (files.length === 1) return sha256;
    lines.push(`${sha256}  ${file.name}\n`);
  }
  return createHash("sha256").update(lines.join("")).digest("hex");
}

/** A tied model's own head must be what the model says that it is. */
function checkCopy({ source, stored }: Place, embedding: Tensor): void {
  const { shape, data } = source.file.tensor(stored);
  const [found, expected] = [data, embedding.data].map(({ buffer }) => Buffer.from(buffer));
  if (describe(shape) !== describe(embedding.shape) || !found.equals(expected))
    throw new BundleError(
      `${source.path}: tensor ${stored} is not the embedding, as config.json says (tie_word_embeddings)`,
    );
}

function describe(shape: number[]): string {
  return `[${shape.join(", ")}]`;
}
