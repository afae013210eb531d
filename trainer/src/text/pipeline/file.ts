import { z } from "zod";
import { BundleError } from "../../bundle/errors.ts";
import { explain } from "../../bundle/explain.ts";
import { vocabulary } from "../../bundle/token-strings.ts";

const type = <T extends string>(name: T) => z.literal(name);

const normalizer = z.discriminatedUnion("type", [
  z.looseObject({ type: type("NFC") }),
  z.looseObject({ type: type("Prepend"), prepend: z.string() }),
  z.looseObject({
    type: type("Replace"),
    pattern: z.strictObject({ String: z.string().min(1) }),
    content: z.string(),
  }),
]);

const preTokenizer = z.discriminatedUnion("type", [
  z.looseObject({
    type: type("ByteLevel"),
    add_prefix_space: z.boolean().default(true),
    use_regex: z.boolean().default(true),
  }),
  z.looseObject({
    type: type("Split"),
    pattern: z.strictObject({ Regex: z.string() }),
    behavior: z.literal("Isolated"),
    invert: z.literal(false),
  }),
  z.looseObject({ type: type("Digits"), individual_digits: z.boolean().default(false) }),
  z.looseObject({
    type: type("Metaspace"),
    replacement: z.string().default("▁"),
    prepend_scheme: z.enum(["always", "first", "never"]).default("always"),
    add_prefix_space: z.boolean().default(true),
    split: z.boolean().default(true),
  }),
]);

const model = z.looseObject({
  // files from before 2020 have no type here
  type: type("BPE").default("BPE"),
  vocab: vocabulary,
  merges: z.array(z.custom<string | [string, string]>(isMerge, "expected two tokens")).max(2 ** 21),
  unk_token: z.string().nullable().default(null),
  fuse_unk: z.boolean().default(false),
  byte_fallback: z.boolean().default(false),
  ignore_merges: z.boolean().default(false),
  dropout: z.literal(0).nullable().default(null),
  continuing_subword_prefix: z.literal("").nullable().default(null),
  end_of_word_suffix: z.literal("").nullable().default(null),
});

const addedToken = z.looseObject({
  id: z.int().nonnegative(),
  content: z.string().min(1),
  special: z.boolean().default(false),
  normalized: z.boolean().default(false),
  single_word: z.boolean().default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
});

/** The parts of a tokenizer.json that change the ids of a text; another part than these is refused by name. */
const tokenizerFile = z.looseObject({
  added_tokens: z.array(addedToken).default([]),
  normalizer: z
    .discriminatedUnion("type", [
      ...normalizer.options,
      z.looseObject({ type: type("Sequence"), normalizers: z.array(normalizer) }),
    ])
    .nullable()
    .default(null),
  pre_tokenizer: z
    .discriminatedUnion("type", [
      ...preTokenizer.options,
      z.looseObject({ type: type("Sequence"), pretokenizers: z.array(preTokenizer) }),
    ])
    .nullable()
    .default(null),
  model,
});
export type TokenizerFile = z.infer<typeof tokenizerFile>;
export type AddedToken = z.infer<typeof addedToken>;
export type Normalizer = z.infer<typeof normalizer>;
export type PreTokenizer = z.infer<typeof preTokenizer>;
export type BpeModel = z.infer<typeof model>;

export function parseTokenizerFile(bytes: Uint8Array, path: string): TokenizerFile {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const { message } = cause as Error;
    throw new BundleError(`${path}: is not a tokenizer.json (${message})`, { cause });
  }
  const { success, data, error } = tokenizerFile.safeParse(json);
  if (!success) throw new BundleError(`${path}: ${explain(error, json)}`);
  return data;
}

/** ["a", "b"], or "a b" in older files */
function isMerge(value: unknown): boolean {
  const parts = typeof value === "string" ? value.split(" ") : value;
  return (
    Array.isArray(parts) && parts.length === 2 && parts.every((part) => typeof part === "string")
  );
}
