import {
  type ForeignDictionary,
  type Reading,
  type ReadingKey,
  reading,
  type SaidReading,
} from "trainer/bundle";
import { bundledModel } from "@/lib/import-answer.ts";
import type { ModelSummary } from "@/lib/views.ts";

/** One part of a reading, as a form asks for it. */
export type Part = {
  key: ReadingKey;
  title: string;
  description: string;
  /** where its value is from; null: the files do not say it */
  because: string | null;
  /** as a field holds it: empty for null and for what is not known */
  value: string;
  control: "choice" | "count" | "number" | "hook" | "model" | "text";
  choices: string[];
  required: boolean;
};

const titles: Record<ReadingKey, string> = {
  architecture: "Rule",
  k: "k",
  encoder: "Encoder's matrix",
  decoder: "Decoder's matrix",
  subtract_b_dec: "b_dec subtracted",
  decoder_rows: "Decoder's rows",
  rescale_acts_by_decoder_norm: "Chosen by contribution",
  normalize_activations: "Normalisation",
  input_scale: "Input's scale",
  hook_name: "Hook",
  hook_name_out: "Output's hook",
  model: "Model",
};

const controls: Partial<Record<ReadingKey, Part["control"]>> = {
  k: "count",
  input_scale: "number",
  hook_name: "hook",
  hook_name_out: "text",
  model: "model",
};

/** What may be left empty: none of it. */
const nullable: ReadingKey[] = ["k", "hook_name_out"];

/** All parts of a reading in their order, filled in as far as it is known. */
export function partsOf(
  { because }: Pick<ForeignDictionary, "because">,
  known: SaidReading,
  models: readonly Pick<ModelSummary, "slug">[],
): Part[] {
  return (Object.keys(reading.shape) as ReadingKey[]).map((key) => ({
    key,
    title: titles[key],
    description: reading.shape[key].description ?? "",
    because: because[key] ?? null,
    value: key === "model" ? modelOf(known.model, models) : textOf(known[key]),
    control: controls[key] ?? "choice",
    choices: choicesOf(key),
    required: !nullable.includes(key),
  }));
}

export function partTitle(key: ReadingKey): string {
  return titles[key];
}

function textOf(value: Reading[ReadingKey] | undefined): string {
  return value === undefined || value === null ? "" : String(value);
}

function choicesOf(key: ReadingKey): string[] {
  const { options } = reading.shape[key] as { options?: string[] };
  return options ?? (controls[key] ? [] : ["true", "false"]);
}

/** The hub's own name of the model, if it has one that ends like it: org/gpt2 → gpt2. */
function modelOf(said: string | undefined, models: readonly Pick<ModelSummary, "slug">[]): string {
  if (said === undefined) return "";
  if (said === bundledModel.spec) return bundledModel.slug;
  const last = said.split("/").at(-1)?.toLowerCase();
  return models.find(({ slug }) => slug === last)?.slug ?? said;
}
