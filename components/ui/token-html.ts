import type { TokenPiece } from "@/lib/tokens.ts";
import { escapeXml } from "@/lib/xml.ts";

/** What token.tsx draws, as HTML: for lists so long that elements would take most of a page's time. */
export function piecesHtml(pieces: TokenPiece[]): string {
  return pieces
    .map(({ text, mark }) =>
      mark ? `<span class="token-mark">${escapeXml(text)}</span>` : escapeXml(text),
    )
    .join("");
}
