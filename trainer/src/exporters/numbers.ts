import type { Safetensors, StreamedArray } from "../tensor/safetensors.ts";

/** Numbers that are computed and held at a time: 4 MiB. */
const BLOCK = 1 << 20;

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
export function turned(file: Safetensors, name: string, block = BLOCK): StreamedArray {
  const [rows, columns] = file.info(name).shape;
  const step = Math.max(1, Math.floor(block / rows));
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
        }
        yield numbers;
      }
    },
  };
}

/** A bias [d_sae] ± b_dec · W_enc: what a class that subtracts b_dec, or does not, needs instead. */
export function movedBias(file: Safetensors, name: string, sign: 1 | -1): StreamedArray {
  return computed(file.info(name).shape[0], () => {
    const through = biasThroughEncoder(file);
    return numbersOf(file, name).map((b, f) => b + sign * through[f]);
  });
}

/** b_dec · W_enc [d_sae], summed in float64. */
export function biasThroughEncoder(file: Safetensors): Float64Array {
  const b_dec = numbersOf(file, "b_dec");
  const [d_in, d_sae] = file.info("W_enc").shape;
  const sum = new Float64Array(d_sae);
  const row = new Float32Array(d_sae);
  for (let j = 0; j < d_in; j++) {
    file.part("W_enc", j * d_sae, row);
    for (let f = 0; f < d_sae; f++) sum[f] += b_dec[j] * row[f];
  }
  return sum;
}

/** A vector computed when it is asked for; each number is rounded to float32 once. */
export function computed(size: number, make: () => ArrayLike<number>): StreamedArray {
  return {
    shape: [size],
    *blocks() {
      yield Float32Array.from(make());
    },
  };
}
