import { BundleError, unprintable } from "../bundle/errors.ts";
import type { InputFile, TensorFile } from "./foreign.ts";
import { openPickle } from "./legacy-torch-file.ts";
import { isNpy, openNpy, openNpz } from "./npy-file.ts";
import { firstBytes, fromFile } from "./read-at.ts";
import { isSafetensors, openSafetensors } from "./safetensors-file.ts";
import { openTorchZip } from "./torch-file.ts";
import { readMembers } from "./zip-directory.ts";

/** More than any release of dictionaries has in one file. */
const MAX_TENSORS = 20_000;
const MAX_NAME = 1000;

/** The tensors of a file, whatever its form, which shows in its first bytes. */
export function openTensors(file: InputFile): TensorFile {
  const opened = openAny(file);
  const { size } = opened.tensors;
  if (size > MAX_TENSORS)
    throw new BundleError(`${file.path}: ${size} tensors, expected at most ${MAX_TENSORS}`);
  for (const name of [...opened.tensors.keys(), ...opened.values.keys()])
    if (name.length > MAX_NAME || unprintable.test(name))
      throw new BundleError(
        `${file.path}: ${JSON.stringify(name.slice(0, 60))}: a name of ${name.length} characters, expected at most ${MAX_NAME}, all of them to be seen`,
      );
  return opened;
}

function openAny(file: InputFile): TensorFile {
  const head = firstBytes(file.file, 16);
  if (isSafetensors(head)) return openSafetensors(file);
  if (isZip(head)) return openZip(file);
  if (isNpy(head)) return openNpy(file, fromFile(file));
  if (isPickle(head, file.path)) return openPickle(file, fromFile(file));
  throw new BundleError(
    `${file.path}: no file of tensors by its first bytes (expected safetensors, a zip of torch or numpy, .npy, or a pickle)`,
  );
}

/** Whether a file's first bytes are those of a form that `openTensors` reads; it may be damaged all the same. */
export function holdsTensors(file: InputFile): boolean {
  const head = firstBytes(file.file, 16);
  return isSafetensors(head) || isZip(head) || isNpy(head) || isPickle(head, file.path);
}

function isZip(head: Buffer): boolean {
  return head.toString("latin1", 0, 4) === "PK\x03\x04";
}

/** PROTO and a number from 2 to 5. What is older has no mark of its own, and is told by its name as well. */
function isPickle(head: Buffer, path: string): boolean {
  if (head[0] === 0x80) return head[1] >= 2 && head[1] <= 5;
  return /\.(pt|pth|pkl|pickle)$/i.test(path) && /^[(c\]})LIFSVNK]/.test(head.toString("latin1"));
}

/** torch.save's has NAME/data.pkl. */
export function isTorchZip(names: string[]): boolean {
  return names.some((name) => /^[^/]+\/data\.pkl$/.test(name));
}

/** numpy's has arrays and nothing else. */
export function isNpz(names: string[]): boolean {
  return names.length > 0 && names.every((name) => name.endsWith(".npy"));
}

function openZip(file: InputFile): TensorFile {
  const read = fromFile(file);
  const members = readMembers(read, file.bytes, file.path);
  const names = [...members.keys()];
  if (isTorchZip(names)) return openTorchZip(file, read, members);
  if (isNpz(names)) return openNpz(file, read, members);
  throw new BundleError(
    `${file.path}: a zip of ${names.slice(0, 5).join(", ") || "nothing"} (expected data.pkl of torch, or .npy files alone; an archive within another is not unpacked)`,
  );
}
