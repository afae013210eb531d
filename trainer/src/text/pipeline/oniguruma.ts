/**
 * A pattern of a tokenizer.json as a JavaScript one. They are written for Oniguruma, where \s and \d go by Unicode
 * and (?i:…) stands inside a pattern. What could mean something else here is refused: null.
 */
export function toRegExp(pattern: string): RegExp | null {
  const bare = pattern.replace(KNOWN_ESCAPE, "x").replace(/\[(?:(?!&&)[^[\]])+\]/g, "x");
  if (/[[\]\\.^$&]|[?*+}]\+/.test(bare)) return null;
  const source = pattern
    .replace(/\(\?i:([^()[\]\\]*)\)/g, (_, letters: string) => `(?:${ignoringCase(letters)})`)
    .replace(/\\[sSdD]/g, (shorthand) => properties[shorthand]);
  try {
    return new RegExp(source, "gu");
  } catch {
    return null;
  }
}

const KNOWN_ESCAPE = /\\(?:[pP]\{\w+\}|[sSdDrnt]|[^\w])/g;

const properties: Record<string, string> = {
  "\\s": "\\p{White_Space}",
  "\\S": "\\P{White_Space}",
  "\\d": "\\p{Nd}",
  "\\D": "\\P{Nd}",
};

/** s → [sSſ]: some letters have a third case. */
function ignoringCase(letters: string): string {
  const third: Record<string, string> = { s: "ſ", k: "\u212a" };
  return letters.replace(/[a-z]/gi, (letter) => {
    const small = letter.toLowerCase();
    return `[${small}${small.toUpperCase()}${third[small] ?? ""}]`;
  });
}
