import type { AblationView } from "@/lib/views.ts";

type Context = AblationView["contexts"][number];

/** By position, what the loss rises by without the feature; 0 before it is first active, where only rounding differs. */
export function changesOf({ from, ce_sae, ce_without }: Context): number[] {
  return ce_sae.map((ce, at) => (from === null || at < from ? 0 : (ce_without[at] ?? ce) - ce));
}

export function sumOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export type Change = { token: string; next: string; change: number };

/** The predictions that suffer most, over all contexts; of the same two tokens the largest change. */
export function mostHelped({ contexts }: AblationView, most: number): Change[] {
  const found = new Map<string, Change>();
  for (const context of contexts)
    for (const [at, change] of changesOf(context).entries()) {
      const [token = "", next = ""] = context.tokens.slice(at, at + 2);
      const key = JSON.stringify([token, next]);
      if (change > (found.get(key)?.change ?? 0)) found.set(key, { token, next, change });
    }
  return [...found.values()].sort((a, b) => b.change - a.change).slice(0, most);
}

/** A token that is coloured, or a run of those that are not. */
export type ChangedStretch = { at: number; tokens: string[]; change: number };

/** Tokens [start, end) of a context; those whose loss changes by less than `least` are joined. */
export function changedStretches(
  { tokens }: Context,
  changes: number[],
  { start, end, least }: { start: number; end: number; least: number },
): ChangedStretch[] {
  const out: ChangedStretch[] = [];
  for (let at = start; at < end; at++) {
    const change = changes[at] ?? 0;
    const quiet = Math.abs(change) < least;
    const last = out.at(-1);
    if (quiet && last && last.change === 0) last.tokens.push(tokens[at] ?? "");
    else out.push({ at, tokens: [tokens[at] ?? ""], change: quiet ? 0 : change });
  }
  return out;
}
