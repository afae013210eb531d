import { loneTokenPieces, type TokenPiece, textPieces } from "@/lib/tokens.ts";

/** Tokens as running text, with what cannot be seen drawn as faint marks. */
export function TokenText({ tokens }: { tokens: string[] }) {
  return textPieces(tokens).map(drawPiece);
}

/** A token by itself: its outer spaces are drawn as well. */
export function LoneToken({ token }: { token: string }) {
  return loneTokenPieces(token).map(drawPiece);
}

/** A token within text or a table. */
export function TokenChip({ token }: { token: string }) {
  return (
    <code className="rounded bg-sunken px-1 py-px whitespace-pre">
      <LoneToken token={token} />
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
