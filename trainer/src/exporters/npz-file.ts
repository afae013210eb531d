import { arrayBytes, bytesOf, type StreamedArray } from "../tensor/safetensors.ts";
import type { OutFile } from "./out-file.ts";
import { zipFile } from "./zip.ts";

/** Float32 arrays as `numpy.savez` writes them: a zip of .npy files. */
export function npzFile(name: string, arrays: Record<string, StreamedArray>): OutFile {
  return zipFile(
    name,
    Object.entries(arrays).map(([key, array]) => {
      const head = npyHeader(array.shape);
      return {
        name: `${key}.npy`,
        bytes: head.length + bytesOf(array),
        *blocks() {
          yield head;
          yield* arrayBytes(key, array);
        },
      };
    }),
  );
}

/** NEP 1, version 1.0: a Python dict, padded so that the numbers begin at a multiple of 64. */
function npyHeader(shape: number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const padding = (64 - ((10 + dict.length + 1) % 64)) % 64;
  const text = new TextEncoder().encode(`${dict}${" ".repeat(padding)}\n`);
  const header = new Uint8Array(10 + text.length);
  header.set([
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    1,
    0,
    text.length & 255,
    text.length >> 8,
  ]);
  header.set(text, 10);
  return header;
}
