import type { Safetensors, StreamedArray } from "../tensor/safetensors.ts";

/** Numbers that are held at a time: 4 MiB. */
const BLOCK = 1 << 20;
/** At least so many numbers are read at a time, or there would be a read for every few of a tall matrix. */
const PIECE = 64;
/** An empty block: whoever takes blocks may do something else before the next. */
const pause = new Float32Array(0);
const READS_AT_A_TIME = 1 << 13;

/** All numbers of a float32 vector. */
export function numbersOf(file: Safetensors, name: string): Float32Array {
  return file.tensor(name).data;
}

/** A tensor as it lies in the file, in blocks of whole rows. */
export function asStored(file: Safetensors, name: string, block = BLOCK): StreamedArray {
  const { shape } = file.info(name);
  const size = shape.reduce((a, b) => a * b, 1);
  const width = shape.at(-1) ?? 1;
  const step = Math.max(1, Math.floor(block / width)) * width;
  return {
    shape,
    *blocks() {
      for (let at = 0; at < size; at += step) {
        const numbers = new Float32Array(Math.min(step, size - at));
        file.part(name, at, numbers);
        yield numbers;
      }
    },
  };
}

/** out[c, r] = in[r, c], in blocks of whole rows of the result, each gathered from a piece of every row. */
export function turned(
  file: Safetensors,
  name: string,
  { block = BLOCK, least = PIECE } = {},
): StreamedArray {
  const [rows, columns] = file.info(name).shape;
  const step = Math.max(least, Math.floor(block / rows));
  return {
    shape: [columns, rows],
    *blocks() {
      for (let at = 0; at < columns; at += step) {
        const width = Math.min(step, columns - at);
        const numbers = new Float32Array(width * rows);
        const piece = new Float32Array(width);
        for (let r = 0; r < rows; r++) {
          file.part(name, r * columns + at, piece);
          for (let c = 0; c < width; c++) numbers[c * rows + r] = piece[c];
          if (r % READS_AT_A_TIME === READS_AT_A_TIME - 1) yield pause;
        }
        yield numbers;
      }
    },
  };
}

/** A bias [d_sae] ± b_dec · W_enc: what a class that subtracts b_dec, or does not, needs instead. */
export function movedBias(file: Safetensors, name: string, sign: 1 | -1): StreamedArray {
  return moved(file, name, () => sign);
}

/** A bias [d_sae] + by(f) · (b_dec · W_enc)[f], each number rounded to float32 once. */
export function moved(
  file: Safetensors,
  name: string,
  by: (feature: number) => number,
): StreamedArray {
  return {
    shape: file.info(name).shape,
    *blocks() {
      const through = yield* biasThroughEncoder(file);
      yield numbersOf(file, name).map((b, f) => b + by(f) * through[f]);
    },
  };
}

/** b_dec · W_enc [d_sae], summed in float64. */
function* biasThroughEncoder(file: Safetensors): Generator<Float32Array, Float64Array> {
  const b_dec = numbersOf(file, "b_dec");
  const [d_in, d_sae] = file.info("W_enc").shape;
  const sum = new Float64Array(d_sae);
  const row = new Float32Array(d_sae);
  for (let j = 0; j < d_in; j++) {
    file.part("W_enc", j * d_sae, row);
    for (let f = 0; f < d_sae; f++) sum[f] += b_dec[j] * row[f];
    if (j % 64 === 63) yield pause;
  }
  return sum;
}

/** So many times the same number. */
export function filled(size: number, value: number): StreamedArray {
  return {
    shape: [size],
    *blocks() {
      yield new Float32Array(size).fill(value);
    },
  };
}
