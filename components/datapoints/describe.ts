import { formatCount } from "@/lib/format.ts";
import { tokenLabel } from "@/lib/tokens.ts";
import type { ContextToken, DatapointView } from "@/lib/views.ts";
import { formatFigure } from "./figure-term.tsx";

const around = 8; // tokens on either side

/** A datapoint in one sentence, for titles, cards and search engines. */
export function describeDatapoint(datapoint: DatapointView): string {
  const { tokens, position, figures, dictionary } = datapoint;
  const text = (from: number, to: number) =>
    tokens
      .slice(Math.max(0, from), Math.max(0, to))
      .map(({ token }) => token)
      .join("")
      .replace(/\s+/g, " ");
  const token = tokenLabel(tokens[position]?.token ?? "");
  const before = text(position - around, position);
  const after = text(position + 1, position + 1 + around);
  return `CE-diff ${formatFigure("ce_diff", figures.ce_diff)} nats after “${token}” in “…${before}[${token}]${after}…”, ${dictionary.slug} (${dictionary.model}).`;
}

/** “no. 17 of 30,240”, by CE-diff. */
export function rankText({ worse, datapoints, origin }: DatapointView): string {
  const of = `${formatCount(datapoints)} datapoints`;
  if (origin !== null) return `no. ${formatCount(worse + 1)} of ${of}, the worst first`;
  return `${formatCount(worse)} of ${of} are worse`;
}

/** What the pointer says of a token: the loss is that of the token after it. */
export function tokenTip(token: ContextToken, next: ContextToken | undefined): string {
  const here = `${tokenLabel(token.token)} → ${next ? tokenLabel(next.token) : "the end"}`;
  if (token.ce_clean === null || token.ce_sae === null) return `${here}: no loss`;
  const [ce_diff, ce_clean, ce_sae] = (["ce_diff", "ce_clean", "ce_sae"] as const).map((name) =>
    formatFigure(name, figureOf(token, name)),
  );
  const losses = `CE-diff ${ce_diff} (${ce_clean} → ${ce_sae} nats)`;
  return `${here}: ${losses}${token.counted ? "" : ", not counted"}`;
}

/** NaN where there is no loss. */
export function figureOf(
  { ce_clean, ce_sae }: Pick<ContextToken, "ce_clean" | "ce_sae">,
  name: "ce_diff" | "ce_clean" | "ce_sae",
): number {
  const [clean, sae] = [ce_clean ?? Number.NaN, ce_sae ?? Number.NaN];
  return { ce_clean: clean, ce_sae: sae, ce_diff: sae - clean }[name];
}
