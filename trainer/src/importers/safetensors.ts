import type { Foreign, Format, InputFile } from "./foreign.ts";
import { readSeen } from "./inside.ts";
import { seePlain } from "./plain.ts";
import { firstBytes } from "./read-at.ts";
import { isSafetensors } from "./safetensors-file.ts";

/** A safetensors file with named tensors and nothing beside it that says what system they are of. */
export const safetensors: Format = {
  name: "safetensors",
  find: (input) =>
    readSeen(input, (opened) =>
      isOfSafetensors(opened.file)
        ? seePlain("safetensors", opened).map((read) => () => withoutGuesses(read()))
        : [],
    ),
};

function isOfSafetensors({ file }: InputFile): boolean {
  return isSafetensors(firstBytes(file, 16));
}

/** A square matrix may lie either way: its name is a habit of somebody's, and not a format's rule. */
function withoutGuesses(found: Foreign): Foreign {
  const { described } = found;
  const { d_in, d_sae, d_out, reading, because, notes } = described;
  for (const [key, width] of [
    ["encoder", d_in],
    ["decoder", d_out],
  ] as const) {
    if (width !== d_sae) continue;
    notes.push(`${key}: as wide as it is high; by its name it would be [${reading[key]}]`);
    delete reading[key];
    delete because[key];
  }
  return found;
}
