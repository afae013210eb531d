import { characterOfByte } from "../../bundle/byte-level.ts";
import { BundleError } from "../../bundle/errors.ts";
import type { PreTokenizer, TokenizerFile } from "./file.ts";
import { toRegExp } from "./oniguruma.ts";
import { createSeparate } from "./separate.ts";

/** How GPT-2 cuts text into words before it merges bytes (github.com/openai/gpt-2, src/encoder.py). */
const gpt2Words =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** Where a text stands: before all others, after an added token, or as the next part of one longer text. */
export type Place = "first" | "later" | "continued";

type Cut = (text: string, place: Place) => string[];

export type Words = {
  /** the words of a text, no token reaching from one into the next */
  cut: Cut;
  /** a word as the vocabulary writes it */
  spell(word: string): string;
};

/** The words that a tokenizer.json's pre_tokenizer makes of a text. */
export function createWords({ pre_tokenizer, model }: TokenizerFile, path: string): Words {
  const steps =
    pre_tokenizer?.type === "Sequence"
      ? pre_tokenizer.pretokenizers
      : [pre_tokenizer].filter((step) => step !== null);
  const bytes = steps.findIndex(({ type }) => type === "ByteLevel");
  if (bytes >= 0 && bytes < steps.length - 1)
    throw new BundleError(`${path}: pre_tokenizer: ${steps[bytes + 1].type} after ByteLevel`);
  const cuts = steps.map((step) => cutOf(step, path));
  if (bytes >= 0) return { cut: inTurn(cuts), spell: byteLevel };
  return { cut: inTurn([...cuts, createSeparate(model)]), spell: (word) => word };
}

function inTurn(cuts: Cut[]): Cut {
  if (cuts.length === 1) return cuts[0];
  return (text, place) =>
    cuts.reduce(
      (words, cut) => words.flatMap((word, i) => cut(word, i === 0 ? place : "later")),
      [text],
    );
}

function cutOf(step: PreTokenizer, path: string): Cut {
  switch (step.type) {
    case "ByteLevel": {
      const { add_prefix_space, use_regex } = step;
      const cut = (text: string) => (use_regex ? (text.match(gpt2Words) ?? []) : [text]);
      if (!add_prefix_space) return cut;
      return (text, place) =>
        cut(place === "continued" || text.startsWith(" ") ? text : ` ${text}`);
    }
    case "Split": {
      const pattern = toRegExp(step.pattern.Regex);
      if (pattern) return (text) => matchesAndRest(text, pattern);
      throw new BundleError(
        `${path}: pre_tokenizer: Split by ${step.pattern.Regex}: not known here`,
      );
    }
    case "Digits": {
      const pattern = step.individual_digits ? /\p{N}|\P{N}+/gu : /\p{N}+|\P{N}+/gu;
      return (text) => text.match(pattern) ?? [];
    }
    case "Metaspace": {
      const { replacement, split } = step;
      const scheme = step.add_prefix_space ? step.prepend_scheme : "never";
      return (text, place) => {
        const spaced = text.replaceAll(" ", () => replacement);
        const prepends = scheme === "always" ? place !== "continued" : scheme === place;
        const whole = prepends && !spaced.startsWith(replacement) ? replacement + spaced : spaced;
        return split ? beforeEach(whole, replacement) : [whole];
      };
    }
  }
}

/** Each match, and each piece of text between them. */
function matchesAndRest(text: string, pattern: RegExp): string[] {
  const words: string[] = [];
  let end = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    if (index > end) words.push(text.slice(end, index));
    if (match !== "") words.push(match);
    end = index + match.length;
  }
  if (end < text.length) words.push(text.slice(end));
  return words;
}

/** "▁a▁b" → "▁a", "▁b" */
function beforeEach(text: string, mark: string): string[] {
  const [first, ...rest] = text.split(mark);
  return [...(first === "" ? [] : [first]), ...rest.map((part) => mark + part)];
}

function byteLevel(word: string): string {
  return Array.from(Buffer.from(word), (byte) => characterOfByte[byte]).join("");
}
