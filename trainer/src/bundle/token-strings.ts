import { z } from "zod";
import { BundleError } from "./errors.ts";

/** Bounded, because the list of strings is as long as the largest id. */
const tokenId = z
  .int()
  .nonnegative()
  .max(2 ** 22);

const tokenizerFile = z.looseObject({
  model: z.looseObject({ vocab: z.record(z.string(), tokenId) }),
  added_tokens: z.array(z.looseObject({ id: tokenId, content: z.string() })),
  decoder: z.looseObject({ type: z.string() }).nullable(),
});

/**
 * The exact text of every token of a byte-level tokenizer.json, by id. A token that holds part of
 * a character shows U+FFFD for it; an id that stands for no token is the empty string.
 */
export function tokenStrings(tokenizer: unknown): string[] {
  const { success, data } = tokenizerFile.safeParse(tokenizer);
  if (!success || data.decoder?.type !== "ByteLevel")
    throw new BundleError(
      'tokenizer.json: expected a byte-level tokenizer (decoder.type "ByteLevel", model.vocab, added_tokens)',
    );
  const { model, added_tokens } = data;
  const strings: string[] = [];
  for (const [token, id] of Object.entries(model.vocab)) strings[id] = byteLevelText(token);
  for (const { id, content } of added_tokens) strings[id] = content;
  return Array.from(strings, (text) => text ?? "");
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** "Ġcaf" → " caf": each character of a byte-level token stands for one byte. */
function byteLevelText(token: string): string {
  return utf8.decode(Uint8Array.from(token, (c) => byteOfCharacter.get(c) ?? 0xff));
}

/**
 * GPT-2's table: printable bytes stand for themselves, the other 68 for U+0100 onwards in order
 * (github.com/openai/gpt-2, src/encoder.py, bytes_to_unicode).
 */
const byteOfCharacter = new Map<string, number>();
for (let byte = 0, others = 0; byte < 256; byte++) {
  const printable =
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  byteOfCharacter.set(String.fromCharCode(printable ? byte : 0x100 + others++), byte);
}
