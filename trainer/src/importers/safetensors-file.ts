import { closeSync, openSync } from "node:fs";
import { BundleError } from "../bundle/index.ts";
import { readHeader } from "../bundle/safetensors-header.ts";
import type { InputFile, StoredTensor, TensorFile } from "./foreign.ts";
import { isNumberDtype, readNumbers } from "./numbers.ts";
import { firstBytes, fromFile } from "./read-at.ts";

/** Eight bytes of header length, whose last is 0 in any that a file can hold, then a JSON object. */
export function isSafetensors(head: Buffer): boolean {
  return head.length >= 10 && head[7] === 0 && head[8] === 0x7b;
}

/** Far more than the names of tensors take; the format allows 100 MB. */
const MAX_HEADER = 1 << 24;

/** Its metadata are values, `__metadata__.KEY`. */
export function openSafetensors(file: InputFile): TensorFile {
  const { path } = file;
  const bytes = firstBytes(file.file, 8).readBigUInt64LE();
  if (bytes > MAX_HEADER)
    throw new BundleError(`${path}: a header of ${bytes} bytes, expected at most ${MAX_HEADER}`);
  const { header, start } = headerOf(file);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, begin }] of header.entries) {
    const count = shape.reduce((a, b) => a * b, 1);
    tensors.set(name, {
      dtype,
      shape: [...shape],
      read: () => {
        if (!isNumberDtype(dtype))
          throw new BundleError(
            `${path}: tensor ${JSON.stringify(name)} has dtype ${dtype}, which is not read (expected F32, F16, BF16 or F64)`,
          );
        const data = readNumbers(fromFile(file), dtype, { offset: start + begin, count });
        return { shape: [...shape], data };
      },
    });
  }
  const values = new Map<string, unknown>(
    Object.entries(header.metadata).map(([key, value]) => [`__metadata__.${key}`, value]),
  );
  return { tensors, values };
}

function headerOf({ path, file }: InputFile): ReturnType<typeof readHeader> {
  const fd = openSync(file, "r");
  try {
    return readHeader(fd, path);
  } finally {
    closeSync(fd);
  }
}
