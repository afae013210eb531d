import { z } from "zod";
import type { ExampleView } from "./views.ts";

/** How much of its context an example shows, from little to all. */
export const exampleWindows = ["line", "10", "stored", "whole"] as const;
export type ExampleWindow = (typeof exampleWindows)[number];

/** What may stand in the address of a feature. */
export const windowQuery = z.object({
  window: z
    .enum(exampleWindows)
    .default("line")
    .describe(
      "of an example's context: one line, 10 tokens each way, all whose activations are stored, all",
    ),
});

/** The example with no more tokens than are asked for. */
export function cutExample(example: ExampleView, window: ExampleWindow): ExampleView {
  if (window !== "10") return example;
  const { position, window_start, tokens, activations } = example;
  const from = Math.max(0, position - Number(window) - window_start);
  const to = position + Number(window) + 1 - window_start;
  return {
    ...example,
    window_start: window_start + from,
    tokens: tokens.slice(from, to),
    activations: activations.slice(from, to),
  };
}

/** Plain text of one line, «<<» and «>>» around the token that the example was chosen for. */
export function exampleText({
  before = [],
  tokens,
  after = [],
  ...example
}: Omit<ExampleView, "context" | "activations">): string {
  const at = example.position - example.window_start;
  const chosen = tokens[at] ?? "";
  const word = chosen.trimStart();
  const parts = [
    ...before,
    ...tokens.slice(0, at),
    chosen.slice(0, chosen.length - word.length),
    `<<${word}>>`,
    ...tokens.slice(at + 1),
    ...after,
  ];
  return parts.join("").replaceAll(/\r?\n/g, "↵");
}
