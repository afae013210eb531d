import {
  BundleError,
  type ForeignDictionary,
  type ForeignFormat,
  type Reading,
  type ReadingKey,
  type SaidReading,
} from "../bundle/index.ts";
import { parseHookName } from "../model/hook-names.ts";
import type { WeightName } from "../sae/weights.ts";
import { isOne } from "./derived.ts";
import type { Opened } from "./folders.ts";
import type { Foreign, InputFile, StoredTensor } from "./foreign.ts";

export type Sizes = Pick<ForeignDictionary, "d_in" | "d_sae" | "d_out">;

/** A tensor that was taken for a weight: its name in the file, and its numbers, which may be derived from the stored. */
export type Taken = { name: string; tensor: StoredTensor };
export type TakenWeights = Partial<Record<WeightName, Taken>>;

/** The parts of a reading as they become known, each with its reason; and what else should be known. */
export class Said {
  readonly reading: SaidReading = {};
  readonly because: ForeignDictionary["because"] = {};
  readonly notes: string[] = [];

  say<K extends ReadingKey>(key: K, value: Reading[K], because: string): void {
    this.reading[key] = value;
    this.because[key] = because;
  }

  /** Says several parts that have one reason. */
  sayAll(values: SaidReading, because: string): void {
    for (const [key, value] of Object.entries(values) as [ReadingKey, never][])
      this.say(key, value, because);
  }

  /** A hook by TransformerLens' name; one that this trainer cannot read is said all the same, with a note. */
  sayHook(key: "hook_name" | "hook_name_out", name: string, because: string): void {
    this.say(key, name, because);
    try {
      parseHookName(name);
    } catch (error) {
      this.notes.push(`${key}: ${(error as Error).message}`);
    }
  }
}

type Parts = {
  format: ForeignFormat;
  where: string;
  sizes: Sizes;
  /** the file that the weights are in */
  opened: Opened;
  weights: TakenWeights;
  said: Said;
  trained?: Partial<ForeignDictionary["trained"]>;
  /** read beside the file of the weights */
  files?: InputFile[];
};

const untrained = { architecture: null, k: null, context_size: null, dataset: null };

/** A dictionary as its format understood it; shapes that do not fit its sizes are a BundleError. */
export function foreignOf({
  format,
  where,
  sizes,
  opened,
  weights,
  said,
  ...rest
}: Parts): Foreign {
  const { reading, because, notes } = said;
  checkShapes(opened.file.path, weights, sizes, reading);
  const rolesOf = (name: string) =>
    Object.entries(weights)
      .filter(([, taken]) => taken.name === name)
      .map(([role]) => role)
      .join(", ") || null;
  const tensors = [...opened.tensors].map(([name, { dtype, shape }]) => ({
    name,
    dtype,
    shape,
    role: rolesOf(name),
  }));
  return {
    described: {
      format,
      where,
      ...sizes,
      tensors,
      reading,
      because,
      notes,
      trained: { ...untrained, ...rest.trained },
    },
    weights: Object.fromEntries(
      Object.entries(weights).map(([role, { tensor }]) => [role, tensor]),
    ),
    files: [opened.file, ...(rest.files ?? [])],
  };
}

type Side = keyof Sizes;

/** What stands in each dimension of a weight; null where the reading does not say. */
function sidesOf(name: WeightName, { encoder, decoder }: SaidReading): Side[] | null {
  if (name === "W_enc") return (encoder?.split(",") as Side[]) ?? null;
  if (name === "W_dec") return (decoder?.split(",") as Side[]) ?? null;
  if (name === "W_skip") return ["d_out", "d_in"];
  return name === "b_dec" ? ["d_out"] : ["d_sae"];
}

function checkShapes(
  path: string,
  weights: TakenWeights,
  sizes: Sizes,
  reading: SaidReading,
): void {
  for (const [role, { name, tensor }] of Object.entries(weights) as [WeightName, Taken][]) {
    const sides = sidesOf(role, reading);
    if (!sides || (role === "threshold" && isOne(tensor))) continue;
    if (tensor.shape.join() === sides.map((side) => sizes[side]).join()) continue;
    const expected = sides.map((side) => `${side} ${sizes[side]}`).join(", ");
    throw new BundleError(
      `${path}: ${name}: found [${tensor.shape.join(", ")}], expected [${expected}]`,
    );
  }
}

/** The tensor of a name, or a BundleError that says what is there instead. */
export function needTensor({ file, tensors }: Opened, name: string): Taken {
  const tensor = tensors.get(name);
  if (tensor) return { name, tensor };
  const names = [...tensors.keys()].slice(0, 20).join(", ");
  throw new BundleError(`${file.path}: ${name}: missing, found ${names || "no tensors"}`);
}

/** The matrix of a name: two dimensions, none of them 0. */
export function needMatrix(opened: Opened, name: string): Taken {
  const taken = needTensor(opened, name);
  const { shape } = taken.tensor;
  if (shape.length === 2 && shape.every((size) => size > 0)) return taken;
  throw new BundleError(
    `${opened.file.path}: ${name}: found [${shape.join(", ")}], expected a matrix`,
  );
}

/** Tensors that nothing is known of are refused: they may change the meaning. */
export function refuseUnknown({ file, tensors }: Opened, known: Iterable<string>): void {
  const names = new Set(known);
  for (const name of tensors.keys())
    if (!names.has(name))
      throw new BundleError(
        `${file.path}: ${name}: unknown tensor, expected only ${[...names].join(", ")}`,
      );
}
