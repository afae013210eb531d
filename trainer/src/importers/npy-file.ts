import { BundleError } from "../bundle/index.ts";
import { itemBytes } from "../bundle/safetensors-header.ts";
import type { InputFile, StoredTensor, TensorFile } from "./foreign.ts";
import { parseDtype, stridesOf } from "./pickle/numpy.ts";
import type { ReadAt } from "./read-at.ts";
import { storedView } from "./stored-view.ts";
import type { Member } from "./zip-directory.ts";
import { memberReader } from "./zip-members.ts";

const MAX_HEADER = 1 << 16;
const HEADER =
  /^\{ *'descr': *(.+?), *'fortran_order': *(True|False), *'shape': *\(([\d, ]*)\),? *\} *\n?$/s;

/** numpy.savez: a zip of NAME.npy. */
export function openNpz(
  { path }: InputFile,
  read: ReadAt,
  members: Map<string, Member>,
): TensorFile {
  const tensors = new Map<string, StoredTensor>();
  for (const member of members.values()) {
    const open = () => memberReader(read, member, path);
    const name = member.name.slice(0, -".npy".length);
    const array = { what: `${path}: ${member.name}`, bytes: member.bytes, open };
    tensors.set(name, readArray(array));
  }
  return { tensors, values: new Map() };
}

/** numpy.save: one array, called as its file is. */
export function openNpy({ path, bytes }: InputFile, read: ReadAt): TensorFile {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.npy$/, "");
  const tensor = readArray({ what: path, bytes, open: () => read });
  return { tensors: new Map([[name, tensor]]), values: new Map() };
}

export function isNpy(head: Buffer): boolean {
  return head.toString("latin1", 0, 6) === "\x93NUMPY";
}

type Source = { what: string; bytes: number; open: () => ReadAt };

/** Versions 1 to 3 of numpy's format (numpy/lib/format.py). */
function readArray({ what, bytes, open }: Source): StoredTensor {
  const { text, start } = readHeader(what, bytes, open());
  const [, descr, order, dims] = HEADER.exec(text) ?? [];
  if (descr === undefined)
    throw new BundleError(
      `${what}: its header is ${JSON.stringify(text.slice(0, 100))}, expected descr, fortran_order and shape`,
    );
  const parsed = parseDtype(/^'([^']*)'$/.exec(descr)?.[1] ?? "");
  if (!parsed)
    throw new BundleError(
      `${what}: dtype ${JSON.stringify(descr.slice(0, 60))}, which is not read (expected numbers; save it as '<f4')`,
    );
  const { dtype, isBigEndian } = parsed;
  const shape = dims
    .split(",")
    .map((size) => size.trim())
    .filter((size) => size !== "")
    .map(Number);
  const count = shape.reduce((a, b) => a * b, 1);
  const expected = start + count * itemBytes[dtype];
  if (shape.length > 32 || !shape.every(Number.isSafeInteger) || expected !== bytes)
    throw new BundleError(
      `${what}: ${bytes} bytes, expected ${expected} for shape [${shape.join(", ")}] of ${dtype}`,
    );
  const strides = stridesOf(shape, order === "True");
  const place = () => ({ read: open(), at: start });
  return storedView({ what, dtype, shape, strides, offset: 0, isBigEndian, place });
}

function readHeader(what: string, bytes: number, read: ReadAt): { text: string; start: number } {
  const head = Buffer.alloc(Math.min(12, bytes));
  read(head, 0);
  const version = head[6];
  if (!isNpy(head) || head.length < 12 || !(version >= 1 && version <= 3))
    throw new BundleError(
      `${what}: no array of numpy's (expected \\x93NUMPY and version 1, 2 or 3)`,
    );
  const before = version === 1 ? 10 : 12;
  const length = version === 1 ? head.readUInt16LE(8) : head.readUInt32LE(8);
  if (length > Math.min(MAX_HEADER, bytes - before))
    throw new BundleError(
      `${what}: a header of ${length} bytes, expected at most ${Math.min(MAX_HEADER, bytes - before)}`,
    );
  const text = Buffer.alloc(length);
  read(text, before);
  return { text: text.toString("utf8"), start: before + length };
}
