/**
 * How byte-level tokenizers write bytes as text, GPT-2's table: printable bytes stand for themselves, the other
 * 68 for U+0100 onwards in order (github.com/openai/gpt-2, src/encoder.py, bytes_to_unicode).
 */
export const characterOfByte: string[] = [];

/** The same table the other way round. */
export const byteOfCharacter = new Map<string, number>();

for (let byte = 0, others = 0; byte < 256; byte++) {
  const printable =
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  const character = String.fromCharCode(printable ? byte : 0x100 + others++);
  characterOfByte.push(character);
  byteOfCharacter.set(character, byte);
}
