import { BundleError, type Reading } from "../bundle/index.ts";
import { isOne } from "./derived.ts";
import type { Sizes, Taken } from "./described.ts";
import { type Opened, readEach, tensorsOf } from "./folders.ts";
import type { Foreign, Input, TensorFile } from "./foreign.ts";

/** One dictionary that was seen in a file, to be read. */
export type Seen = () => Foreign;

/** Sweeps of a few dozen are kept in one file; each of more would be looked for among all tensors of the others. */
const MAX_IN_A_FILE = 256;

/** The dictionaries that `see` sees in each of the files of tensors, read; of damaged ones the others tell. */
export function readSeen(input: Input, see: (opened: Opened) => Seen[]): Promise<Foreign[]> {
  const seen = input.files.flatMap((file) => {
    const opened = tensorsOf(file);
    const inside = opened ? see(opened) : [];
    if (inside.length <= MAX_IN_A_FILE) return inside;
    return () => {
      throw new BundleError(
        `${file.path}: found ${inside.length} dictionaries, expected at most ${MAX_IN_A_FILE} in a file`,
      );
    };
  });
  return readEach(seen, (read) => read());
}

/** A file as if it held nothing but the tensors whose names begin with `prefix`. */
export function under(opened: Opened, prefix: string): Opened {
  const tensors: Opened["tensors"] = new Map();
  for (const [name, tensor] of opened.tensors)
    if (name.startsWith(prefix)) tensors.set(name, tensor);
  return { ...opened, tensors };
}

/** A value beside the tensors by its dotted name, whether it has that name or lies within a record or a list. */
export function valueAt({ values }: Pick<TensorFile, "values">, name: string): unknown {
  const parts = name.split(".");
  for (let end = parts.length; end > 0; end--) {
    let value = values.get(parts.slice(0, end).join("."));
    if (value === undefined) continue;
    for (const part of parts.slice(end))
      value = isContainer(value) && Object.hasOwn(value, part) ? value[part] : undefined;
    return value;
  }
  return undefined;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The one number that a tensor of that name holds, or a value of it; undefined where there is neither. */
export function numberAt(opened: Opened, name: string): number | undefined {
  const tensor = opened.tensors.get(name);
  const refuse = (found: string) => {
    throw new BundleError(`${opened.file.path}: ${name}: found ${found}, expected one number`);
  };
  if (tensor) return isOne(tensor) ? tensor.read().data[0] : refuse(`[${tensor.shape.join(", ")}]`);
  const value = valueAt(opened, name);
  if (value === undefined || value === null || typeof value === "number") return value ?? undefined;
  return refuse(JSON.stringify(value));
}

/** A whole number > 0 of that name; another number is a BundleError. */
export function countAt(opened: Opened, name: string): number | undefined {
  const found = numberAt(opened, name);
  if (found === undefined || (Number.isSafeInteger(found) && found > 0)) return found;
  throw new BundleError(
    `${opened.file.path}: ${name}: found ${found}, expected a whole number > 0`,
  );
}

/** d_in and d_sae by the encoder's shape, which lies as said; d_out is d_in. */
export function sizesBy(
  { file }: Opened,
  { name, tensor }: Taken,
  lies: Reading["encoder"],
): Sizes {
  const [rows = 0, columns = 0] = tensor.shape;
  if (tensor.shape.length !== 2 || rows * columns === 0)
    throw new BundleError(
      `${file.path}: ${name}: found [${tensor.shape.join(", ")}], expected a matrix [${lies}]`,
    );
  const [d_in, d_sae] = lies === "d_in,d_sae" ? [rows, columns] : [columns, rows];
  return { d_in, d_sae, d_out: d_in };
}
