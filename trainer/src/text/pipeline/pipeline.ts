import { addedTokenCutter } from "./added-tokens.ts";
import { createBpe } from "./bpe.ts";
import type { TokenizerFile } from "./file.ts";
import { createNormalize } from "./normalize.ts";
import { createWords, type Place } from "./words.ts";

/** Text → ids. A text that `continues` goes on from one encoded before: nothing is put in front of it. */
export type Encode = (text: string, options?: { continues?: boolean }) => number[];

/**
 * What Python's tokenizers does with a tokenizer.json: added tokens, normalizer, added tokens of the normalized
 * text, words, byte pairs. The ids of a word are remembered, since running text is mostly words seen before.
 */
export function createPipeline(file: TokenizerFile, path: string): Encode {
  const normalize = createNormalize(file);
  const { cut, spell } = createWords(file, path);
  const bpe = createBpe(file.model, path);
  const idsOf = remembering((word) => bpe(spell(word)));
  const tokens = (normalized: boolean) =>
    file.added_tokens.filter((token) => token.normalized === normalized);
  const cutRaw = addedTokenCutter(tokens(false), (content) => content);
  const cutNormalized = addedTokenCutter(tokens(true), (content) => normalize(content, "first"));

  return (text, { continues = false } = {}) => {
    const ids: number[] = [];
    for (const raw of cutRaw(text)) {
      if ("id" in raw) {
        ids.push(raw.id);
        continue;
      }
      const place: Place = raw.start > 0 ? "later" : continues ? "continued" : "first";
      for (const section of cutNormalized(normalize(raw.text, place))) {
        if ("id" in section) ids.push(section.id);
        else
          for (const word of cut(section.text, section.start > 0 ? "later" : place))
            for (const id of idsOf(word)) ids.push(id);
      }
    }
    return ids;
  };
}

const MAX_WORDS = 2 ** 17;
const MAX_LENGTH = 64;

function remembering(idsOf: (word: string) => number[]): (word: string) => number[] {
  const known = new Map<string, number[]>();
  return (word) => {
    const found = known.get(word);
    if (found) return found;
    const ids = idsOf(word);
    if (known.size >= MAX_WORDS) known.clear();
    if (word.length <= MAX_LENGTH) known.set(word, ids);
    return ids;
  };
}
