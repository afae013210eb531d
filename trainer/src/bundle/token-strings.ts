import { z } from "zod";
import { byteOfCharacter } from "./byte-level.ts";
import { BundleError } from "./errors.ts";
import { explain } from "./explain.ts";

/** Bounded, because the list of strings is as long as the largest id. */
const MAX_ID = 2 ** 22;
const tokenId = z.int().nonnegative().max(MAX_ID);

/** Not z.record, which would lose the token "__proto__". */
export const vocabulary = z.custom<Record<string, number>>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((id) => Number.isInteger(id) && id >= 0 && id <= MAX_ID),
  `expected token ids from 0 to ${MAX_ID}`,
);

const short = z.string().min(1).max(8);
const step = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("ByteLevel") }),
  z.looseObject({ type: z.literal("Metaspace"), replacement: short.default("▁") }),
  z.looseObject({
    type: z.literal("Replace"),
    pattern: z.strictObject({ String: short }),
    content: z.string().max(8),
  }),
  z.looseObject({ type: z.literal("ByteFallback") }),
  z.looseObject({ type: z.literal("Fuse") }),
  z.looseObject({ type: z.literal("Strip") }),
]);
type Step = z.infer<typeof step>;

const tokenizerFile = z.looseObject({
  model: z.looseObject({ vocab: vocabulary }),
  added_tokens: z.array(z.looseObject({ id: tokenId, content: z.string() })),
  decoder: z.discriminatedUnion("type", [
    ...step.options,
    z.looseObject({ type: z.literal("Sequence"), decoders: z.array(step) }),
  ]),
});

/**
 * The exact text of every token of a tokenizer.json, by id. A token that holds part of a character
 * shows U+FFFD for it; an id that stands for no token is the empty string.
 */
export function tokenStrings(tokenizer: unknown): string[] {
  const { model, added_tokens, decoder } = parse(tokenizer);
  const steps = decoder.type === "Sequence" ? decoder.decoders : [decoder];
  const strings: string[] = [];
  for (const [token, id] of Object.entries(model.vocab)) strings[id] = steps.reduce(decode, token);
  for (const { id, content } of added_tokens) strings[id] = content;
  return Array.from(strings, (text) => text ?? "");
}

/** The same tokens as the vocabulary spells them, by id: "Ġcaf" for " caf". */
export function vocabularyOf(tokenizer: unknown): Map<number, string> {
  const { model, added_tokens } = parse(tokenizer);
  const spelled = new Map<number, string>();
  for (const [token, id] of Object.entries(model.vocab)) spelled.set(id, token);
  for (const { id, content } of added_tokens) spelled.set(id, content);
  return spelled;
}

function parse(tokenizer: unknown): z.infer<typeof tokenizerFile> {
  const { success, data, error } = tokenizerFile.safeParse(tokenizer);
  if (!success) throw new BundleError(`tokenizer.json: ${explain(error, tokenizer)}`);
  return data;
}

/** One token by itself: what a decoder does to the first or last space of a text is left out. */
function decode(token: string, step: Step): string {
  switch (step.type) {
    case "ByteLevel":
      return byteLevelText(token);
    case "Metaspace":
      return token.replaceAll(step.replacement, " ");
    case "Replace":
      return token.replaceAll(step.pattern.String, () => step.content);
    case "ByteFallback":
      return byteText(token);
    case "Fuse":
    case "Strip":
      return token;
  }
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** "Ġcaf" → " caf": each character of a byte-level token stands for one byte. */
function byteLevelText(token: string): string {
  return utf8.decode(Uint8Array.from(token, (c) => byteOfCharacter.get(c) ?? 0xff));
}

/** "<0x0A>" → "\n"; a byte above 0x7f is only a part of a character. */
function byteText(token: string): string {
  const hex = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1];
  return hex === undefined ? token : utf8.decode(Uint8Array.of(Number.parseInt(hex, 16)));
}
