import type { Format, InputFile } from "./foreign.ts";
import { readSeen } from "./inside.ts";
import { seePlain } from "./plain.ts";
import { firstBytes } from "./read-at.ts";
import { isSafetensors } from "./safetensors-file.ts";

/** A safetensors file with named tensors and nothing beside it that says what system they are of. */
export const safetensors: Format = {
  name: "safetensors",
  find: (input) =>
    readSeen(input, (opened) =>
      isOfSafetensors(opened.file) ? seePlain("safetensors", opened) : [],
    ),
};

function isOfSafetensors({ file }: InputFile): boolean {
  return isSafetensors(firstBytes(file, 16));
}
