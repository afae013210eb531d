import type { z } from "zod";
import { type Report, UsageError } from "../bundle/index.ts";

/** One command of the trainer: what follows `trainer`, and what it does. */
export type Verb = {
  /** what stands after the verb's name, e.g. "RUN_DIR", "URL [DIR]", or "RUN_DIR…" for one or more */
  words: string;
  summary: string;
  /** its flags, by the heading under which the help lists them */
  flags: Record<string, z.ZodObject>;
  run(words: string[], given: Record<string, unknown>, context: Context): Promise<Outcome>;
};

export type Context = {
  report: Report;
  /** one line for whoever watches; not part of the result */
  say(line: string): void;
  /** aborted by Ctrl-C: work stops where it can be taken up again */
  signal: AbortSignal;
};

/** What a verb gives: `text` for people, `data` for machines; whether it found what it should not. */
export type Outcome = { text: string; data: Record<string, unknown>; failed?: boolean };

/** The words that a verb asks for, or a UsageError. */
export function checkWords(name: string, { words }: Pick<Verb, "words">, given: string[]): void {
  const asked = words === "" ? [] : words.split(" ");
  const least = asked.filter((word) => !word.startsWith("[")).length;
  if (given.length < least)
    throw new UsageError(`trainer ${name}: no ${asked[given.length]} (expected ${words})`);
  if (given.length > asked.length && !words.endsWith("…"))
    throw new UsageError(
      `trainer ${name}: ${given[asked.length]}: one word too many (expected ${words || "flags alone"})`,
    );
}
