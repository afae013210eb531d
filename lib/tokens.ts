/** A stretch of a token's text as it is shown: `mark` stands for something that cannot be seen. */
export type TokenPiece = { text: string; mark: boolean };

const marks: Record<string, string> = {
  "\n": "↵",
  "\r": "␍",
  "\t": "⇥",
  "\u00a0": "⍽",
  "\u200b": "∅",
  "\ufffd": "�",
};

/**
 * Tokens as running text: newlines, tabs and broken characters become marks; a space stays a space
 * unless its whole token is white.
 */
export function textPieces(tokens: readonly string[]): TokenPiece[] {
  return joined(
    tokens.flatMap((token) => {
      if (token === "") return [{ text: "∅", mark: true }];
      const white = /^\s+$/.test(token);
      return pieces(token, (character) => (character === " " && white ? "␣" : markOf(character)));
    }),
  );
}

/** A token by itself: its leading and trailing spaces are marks as well. */
export function loneTokenPieces(token: string): TokenPiece[] {
  if (token === "") return [{ text: "∅", mark: true }];
  const start = token.length - token.trimStart().length;
  const end = token.trimEnd().length;
  return pieces(token, (character, at) =>
    character === " " && (at < start || at >= end) ? "␣" : markOf(character),
  );
}

/** A token as plain text for titles and labels: “ the” → "␣the". */
export function tokenLabel(token: string): string {
  return loneTokenPieces(token)
    .map((piece) => piece.text)
    .join("");
}

function markOf(character: string): string | null {
  const mark = marks[character];
  if (mark !== undefined) return mark;
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, "0")}` : null;
}

function pieces(token: string, show: (character: string, at: number) => string | null) {
  let at = 0;
  const shown = [...token].map((character) => {
    const mark = show(character, at);
    at += character.length;
    return { text: mark ?? character, mark: mark !== null };
  });
  return joined(shown);
}

/** Neighbours of one kind become one piece. */
function joined(all: TokenPiece[]): TokenPiece[] {
  const out: TokenPiece[] = [];
  for (const piece of all) {
    const last = out.at(-1);
    if (last?.mark === piece.mark) last.text += piece.text;
    else out.push({ ...piece });
  }
  return out;
}
