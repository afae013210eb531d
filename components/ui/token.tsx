import { loneTokenPieces, type TokenPiece, textPieces } from "@/lib/tokens.ts";

/** Tokens as running text, with what cannot be seen drawn as faint marks. */
export function TokenText({ tokens }: { tokens: string[] }) {
  return textPieces(tokens).map(drawPiece);
}

/** A token by itself, e.g. in a table. */
export function TokenChip({ token }: { token: string }) {
  return (
    <code className="rounded bg-sunken px-1 py-px whitespace-pre">
      {loneTokenPieces(token).map(drawPiece)}
    </code>
  );
}

function drawPiece({ text, mark }: TokenPiece, at: number) {
  if (!mark) return text;
  return (
    <span key={at} className="text-ink-2 opacity-70 select-none">
      {text}
    </span>
  );
}
