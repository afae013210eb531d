import { BundleError } from "../bundle/index.ts";
import type { InputFile, TensorFile } from "./foreign.ts";
import { firstBytes } from "./read-at.ts";
import { isSafetensors, openSafetensors } from "./safetensors-file.ts";

/** The tensors of a file, whatever its form, which shows in its first bytes. */
export function openTensors(file: InputFile): TensorFile {
  const head = firstBytes(file.file, 16);
  if (isSafetensors(head)) return openSafetensors(file);
  throw new BundleError(
    `${file.path}: no file of tensors by its first bytes (expected safetensors)`,
  );
}

/** Whether a file's first bytes are those of a form that `openTensors` reads; it may be damaged all the same. */
export function holdsTensors(file: InputFile): boolean {
  return isSafetensors(firstBytes(file.file, 16));
}
