import type { ExampleView } from "@/lib/views.ts";

/** A stretch of an example's window: one active token, or a run of inactive ones. */
export type Stretch = { at: number; tokens: string[]; activation: number };

export type Strip = {
  before: Stretch[];
  /** starts with the token that the example was chosen for */
  from: Stretch[];
};

/** Splits a window at its chosen token, and joins what is inactive, so that the page stays small. */
export function stripOf({ tokens, activations, position, window_start }: ExampleView): Strip {
  const peak = Math.min(Math.max(0, position - window_start), tokens.length);
  return {
    before: stretches(tokens, activations, 0, peak),
    from: stretches(tokens, activations, peak, tokens.length),
  };
}

function stretches(tokens: string[], activations: number[], start: number, end: number): Stretch[] {
  const out: Stretch[] = [];
  for (let at = start; at < end; at++) {
    const token = tokens[at] ?? "";
    const activation = activations[at] ?? 0;
    const last = out.at(-1);
    if (last && activation === 0 && last.activation === 0) last.tokens.push(token);
    else out.push({ at, tokens: [token], activation });
  }
  return out;
}
