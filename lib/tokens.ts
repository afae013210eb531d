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
 * A token within running text: newlines, tabs and broken characters become marks; a space stays a
 * space unless the whole token is white.
 */
export function tokenPieces(token: string): TokenPiece[] {
  if (token === "") return [{ text: "∅", mark: true }];
  const white = /^\s+$/.test(token);
  return pieces(token, (character) => (character === " " && white ? "␣" : markOf(character)));
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
  const out: TokenPiece[] = [];
  let at = 0;
  for (const character of token) {
    const mark = show(character, at);
    const last = out.at(-1);
    const text = mark ?? character;
    if (last && last.mark === (mark !== null)) last.text += text;
    else out.push({ text, mark: mark !== null });
    at += character.length;
  }
  return out;
}
