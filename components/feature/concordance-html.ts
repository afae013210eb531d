import { activationShade } from "@/lib/color.ts";

import { formatStatistic } from "@/lib/metrics.ts";
import { textPieces, tokenLabel } from "@/lib/tokens.ts";
import type { ExampleView, FeatureDatapoint } from "@/lib/views.ts";
import { escapeXml } from "@/lib/xml.ts";
import { formatFigure } from "../datapoints/figure-term.tsx";
import { piecesHtml } from "../ui/token-html.ts";
import { type Stretch, stripOf } from "./strip.ts";

/*
 * Examples as HTML rather than as React elements: a feature's page shows 45 lines of 40 tokens, and as
 * elements, which React serialises and renders one by one, they took most of its time.
 */

/**
 * One example as a line of a concordance: the chosen tokens of all lines stand under one another.
 * The box at its end unfolds the whole window; `textHref` leads to it as plain text, where there is that.
 */
export function lineHtml(example: ExampleView, max: number, textHref?: string): string {
  const activation = example.activations[example.position - example.window_start] ?? 0;
  return (
    `<li class="concordance-line"><span class="concordance-value">${formatActivation(activation)}</span>` +
    `<p class="concordance-text" data-strip>${stripHtml(example, max)}</p>` +
    (textHref === undefined
      ? ""
      : `<a class="concordance-copy" href="${escapeXml(textHref)}" data-copy title="Copy as text"></a>`) +
    '<label class="concordance-fold"><input type="checkbox" class="unfold sr-only" aria-label="Show the whole window"></label></li>'
  );
}

/** A datapoint as a line: its CE-diff, which leads to it, its text, and the feature's activation there. */
export function datapointHtml(
  { context, position, ce_diff, activation, snippet: { tokens, at } }: FeatureDatapoint,
  max: number,
  href: string,
): string {
  const example = {
    context,
    position,
    window_start: position - at,
    tokens,
    activations: tokens.map((_, i) => (i === at ? activation : 0)),
  };
  return (
    `<li class="concordance-line"><a class="link concordance-value" href="${escapeXml(href)}" data-soft>` +
    `${escapeXml(formatFigure("ce_diff", ce_diff))}</a><p class="concordance-text" data-strip>${stripHtml(example, max)}</p>` +
    `<span class="concordance-value">${formatActivation(activation)}</span></li>`
  );
}

/** The tokens of an example's line, what stands before the chosen one apart from the rest. */
export function stripHtml(example: ExampleView, max: number): string {
  const { before, from } = stripOf(example);
  const active = [...before, ...from].filter((stretch) => stretch.activation > 0);
  const spoken = active
    .map((stretch) => `${labelOf(stretch)} ${formatActivation(stretch.activation)}`)
    .join(", ");
  return (
    `<span class="concordance-before"><span>${outsideHtml(example.before)}` +
    `${before.map((stretch) => stretchHtml(stretch, max, false)).join("")}</span></span>` +
    `<span class="concordance-from">${from.map((stretch, i) => stretchHtml(stretch, max, i === 0)).join("")}` +
    `${outsideHtml(example.after)}</span><span class="sr-only"> Active on ${escapeXml(spoken)}.</span>`
  );
}

/** What lies around the window: whether the feature is active there is not stored. */
function outsideHtml(tokens: string[] = []): string {
  return tokens.length === 0
    ? ""
    : `<span class="text-ink-2">${piecesHtml(textPieces(tokens))}</span>`;
}

/** Active tokens take part in the arrow keys (arrow-keys.tsx); one of each line is a tab stop. */
function stretchHtml({ tokens, activation }: Stretch, max: number, chosen: boolean): string {
  const text = piecesHtml(textPieces(tokens));
  if (activation === 0) return chosen ? `<b class="token-chosen">${text}</b>` : text;
  const title = escapeXml(`${labelOf({ tokens })} ${formatActivation(activation)}`);
  const shade = activationShade(activation, max).toFixed(2);
  const place = chosen ? 'class="token token-chosen" tabindex="0"' : 'class="token"';
  return `<span ${place} data-token title="${title}" style="--a:${shade}">${text}</span>`;
}

function labelOf({ tokens }: Pick<Stretch, "tokens">): string {
  return tokens.map(tokenLabel).join("");
}

function formatActivation(value: number): string {
  return formatStatistic("max_activation", value);
}
