import { formatNumber } from "@/lib/format.ts";
import { featurePath } from "@/lib/routes.ts";
import { loneTokenPieces } from "@/lib/tokens.ts";
import type { ConnectedDictionary, ConnectedFeature } from "@/lib/views.ts";
import { escapeXml } from "@/lib/xml.ts";
import { piecesHtml } from "../ui/token-html.ts";

/** A connected feature as a row, its token and both of its weights; a feature may have hundreds. */
export function connectionHtml(
  model: string,
  { slug, state, revision }: ConnectedDictionary,
  { index, top_token, weight, relu_weight }: ConnectedFeature,
): string {
  const href = escapeXml(featurePath(model, slug, index, { revision }));
  const name =
    state === "missing"
      ? `<span class="font-mono">${index}</span>`
      : `<a href="${href}" data-soft class="link font-mono">${index}</a>`;
  const token =
    top_token === null
      ? ""
      : `<code class="rounded bg-sunken px-1 py-px whitespace-pre">${piecesHtml(loneTokenPieces(top_token))}</code>`;
  return (
    `<li class="connection-row">${name}<span class="truncate">${token}</span>` +
    `${weightHtml(weight)}${weightHtml(relu_weight)}</li>`
  );
}

function weightHtml(value: number | null): string {
  const text = value === null ? '<span class="text-ink-3">–</span>' : formatNumber(value, 3);
  return `<span class="text-right font-mono tabular-nums">${text}</span>`;
}
