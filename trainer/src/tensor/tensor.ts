/** A row-major array of float32 with its shape; it has no methods. */
export type Tensor = { shape: number[]; data: Float32Array };

export function zeros(...shape: number[]): Tensor {
  return { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
}

/** Rows [start, end) of a tensor, as a view on the same numbers. */
export function rows(t: Tensor, start: number, end: number): Tensor {
  const width = t.data.length / t.shape[0];
  return {
    shape: [end - start, ...t.shape.slice(1)],
    data: t.data.subarray(start * width, end * width),
  };
}

/** [rows, columns] → [columns, rows] */
export function transposed({ shape: [rows, columns], data }: Tensor): Tensor {
  const to = zeros(columns, rows);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) to.data[c * rows + r] = data[r * columns + c];
  return to;
}

/** Those rows, copied; all but the last dimension of x count its rows. */
export function selectRows(x: Tensor, which: ArrayLike<number>): Tensor {
  const width = x.shape[x.shape.length - 1];
  const out = zeros(which.length, width);
  for (let at = 0; at < which.length; at++) {
    const from = which[at] * width;
    out.data.set(x.data.subarray(from, from + width), at * width);
  }
  return out;
}
