import type { Normalizer, TokenizerFile } from "./file.ts";
import type { Place } from "./words.ts";

/** What a tokenizer.json's normalizer makes of a text. */
export function createNormalize({
  normalizer,
}: TokenizerFile): (text: string, place: Place) => string {
  const steps =
    normalizer?.type === "Sequence"
      ? normalizer.normalizers
      : [normalizer].filter((step) => step !== null);
  return (text, place) => steps.reduce((done, step) => apply(step, done, place), text);
}

function apply(step: Normalizer, text: string, place: Place): string {
  switch (step.type) {
    case "NFC":
      return compose(text);
    case "Prepend":
      return place === "continued" ? text : step.prepend + text;
    case "Replace":
      return text.replaceAll(step.pattern.String, () => step.content);
  }
}

/** Scripts of 2024, whose characters Python's tokenizers do not compose, nor did models see them composed. */
const uncomposed = /[^\u{11380}-\u{113ff}\u{16100}-\u{1613f}\u{16d40}-\u{16d7f}]+/gu;

function compose(text: string): string {
  return text.replace(uncomposed, (part) => part.normalize("NFC"));
}
