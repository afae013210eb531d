import type { StreamedArray } from "../../tensor/safetensors.ts";
import type { SaeConfig } from "../config.ts";
import type { Sae } from "../sae.ts";
import {
  makeWeights,
  type WeightName,
  type Weights,
  weight,
  weightEntries,
  weightNames,
} from "../weights.ts";
import type { Kernel } from "./kernel.ts";
import { paddedWidth } from "./layout.ts";

/** Features transposed at a time: what they read of a row then lies in one line of the cache. */
const BLOCK = 16;

/** Rows written at a time. */
const ROWS = 1024;

/** Copies rows of `width` numbers into rows padded with zeros. */
export function putRows(to: Float32Array, from: Float32Array, width: number): void {
  const padded = paddedWidth(width);
  if (padded === width) to.set(from);
  else
    for (let row = 0; row * width < from.length; row++) {
      to.set(from.subarray(row * width, (row + 1) * width), row * padded);
      to.fill(0, row * padded + width, (row + 1) * padded);
    }
}

/** The first `to.length / width` of the kernel's padded rows, without the padding. */
export function takeRows(to: Float32Array, from: Float32Array, width: number): void {
  const padded = paddedWidth(width);
  for (let row = 0; row * width < to.length; row++)
    to.set(from.subarray(row * padded, row * padded + width), row * width);
}

/** Puts an SAE's weights into the kernel, in the kernel's layout. */
export function putWeights(kernel: Kernel, sae: Sae): void {
  putArrays(kernel, sae.config, sae);
  kernel.runParts("derive");
}

/** Weights, or what is shaped like them: `prefix` names Adam's moments. */
export function putArrays(kernel: Kernel, config: SaeConfig, weights: Weights, prefix = ""): void {
  for (const name of weightNames(config)) {
    const { shape, data } = weight(weights, name);
    const to = kernel.floats(prefix + name);
    if (name === "W_enc") putColumns(to, data, shape[0], shape[1]);
    else if (name === "W_dec" || name === "W_skip") putRows(to, data, shape[1]);
    else to.set(data);
  }
}

export function takeArrays(kernel: Kernel, config: SaeConfig, prefix = ""): Weights {
  return makeWeights(config, (name, shape) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    const from = kernel.floats(prefix + name);
    if (name === "W_enc") takeColumns(data, from, shape[0], shape[1]);
    else if (name === "W_dec" || name === "W_skip") takeRows(data, from, shape[1]);
    else data.set(from.subarray(0, data.length));
    return { shape, data };
  });
}

/** What `takeArrays` gives, to be written while it is read: no array is copied as a whole. */
export function streamArrays(
  kernel: Kernel,
  config: SaeConfig,
  prefix = "",
): Record<string, StreamedArray> {
  const { d_in, d_sae } = config;
  const stream = (name: WeightName, shape: number[]): StreamedArray => {
    const from = () => kernel.floats(prefix + name);
    if (name === "W_enc") return { shape, blocks: () => columnBlocks(from(), d_in, d_sae) };
    if (name === "W_dec" || name === "W_skip")
      return { shape, blocks: () => rowBlocks(from(), shape[0], shape[1]) };
    return { shape, blocks: () => [from().slice(0, shape[0])] };
  };
  return Object.fromEntries(
    weightEntries(config).map(([name, shape]) => [name, stream(name, shape)]),
  );
}

/** Rows of [rows, width], some at a time. */
function* rowBlocks(from: Float32Array, rows: number, width: number): Generator<Float32Array> {
  const padded = paddedWidth(width);
  const block = new Float32Array(Math.min(ROWS, rows) * width);
  for (let row = 0; row < rows; row += ROWS) {
    const some = block.subarray(0, Math.min(ROWS, rows - row) * width);
    takeRows(some, from.subarray(row * padded), width);
    yield some;
  }
}

/** Rows of [d_in, d_sae], some at a time, out of padded columns. */
function* columnBlocks(from: Float32Array, d_in: number, d_sae: number): Generator<Float32Array> {
  const padded = paddedWidth(d_in);
  const block = new Float32Array(Math.min(BLOCK, d_in) * d_sae);
  for (let first = 0; first < d_in; first += BLOCK) {
    const rows = Math.min(BLOCK, d_in - first);
    for (let f = 0; f < d_sae; f++)
      for (let j = 0; j < rows; j++) block[j * d_sae + f] = from[f * padded + first + j];
    yield block.subarray(0, rows * d_sae);
  }
}

/** Columns of from[d_in, d_sae] become padded rows. */
function putColumns(to: Float32Array, from: Float32Array, d_in: number, d_sae: number): void {
  const padded = paddedWidth(d_in);
  for (let block = 0; block < d_sae; block += BLOCK)
    for (let j = 0; j < d_in; j++)
      for (let f = block; f < Math.min(block + BLOCK, d_sae); f++)
        to[f * padded + j] = from[j * d_sae + f];
}

/** Padded rows become columns of to[d_in, d_sae]. */
function takeColumns(to: Float32Array, from: Float32Array, d_in: number, d_sae: number): void {
  const padded = paddedWidth(d_in);
  for (let block = 0; block < d_sae; block += BLOCK)
    for (let j = 0; j < d_in; j++)
      for (let f = block; f < Math.min(block + BLOCK, d_sae); f++)
        to[j * d_sae + f] = from[f * padded + j];
}
