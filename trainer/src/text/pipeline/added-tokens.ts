import type { AddedToken } from "./file.ts";

/** A token that stands in the text by its own name, or the text from `start` on that holds none. */
export type Section = { id: number } | { text: string; start: number };

/** Cuts a text at its added tokens: at one place the longest counts. `spelled` is how the text spells them. */
export function addedTokenCutter(
  tokens: AddedToken[],
  spelled: (content: string) => string,
): (text: string) => Section[] {
  const bySpelling = new Map(tokens.map((token) => [spelled(token.content), token]));
  const longestFirst = [...bySpelling.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(literal).join("|"), "gu");

  return (text) => {
    const sections: Section[] = [];
    let end = 0;
    const textUntil = (start: number) => {
      if (start > end) sections.push({ text: text.slice(end, start), start: end });
    };
    for (const { 0: found, index } of tokens.length > 0 ? text.matchAll(pattern) : []) {
      const token = bySpelling.get(found) as AddedToken;
      let [start, stop] = [index, index + found.length];
      if (token.single_word && (wordEndsAt(text, start) || wordBeginsAt(text, stop))) continue;
      while (token.lstrip && start > end && isSpace(text[start - 1])) start--;
      while (token.rstrip && stop < text.length && isSpace(text[stop])) stop++;
      textUntil(start);
      sections.push({ id: token.id });
      end = stop;
    }
    textUntil(text.length);
    return sections;
  };
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

const word = String.raw`[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]`;
const wordBehind = new RegExp(`(?<=${word})`, "uy");
const wordAhead = new RegExp(`(?=${word})`, "uy");

function wordEndsAt(text: string, at: number): boolean {
  wordBehind.lastIndex = at;
  return wordBehind.test(text);
}

function wordBeginsAt(text: string, at: number): boolean {
  wordAhead.lastIndex = at;
  return wordAhead.test(text);
}

function isSpace(character: string): boolean {
  return /\p{White_Space}/u.test(character);
}
