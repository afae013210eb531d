import type { ImportAnswer } from "@/lib/import-answer.ts";

/** What is sent of the form: each part of the reading as what it is, not as text; an empty one is none. */
export function answerOf(fields: FormData): object {
  const { where, name, visibility, ...parts } = Object.fromEntries(fields) as Record<
    string,
    string
  >;
  const entries = Object.entries(parts).map(([key, text]) => [key, typed(key, text)]);
  const reading = Object.fromEntries(entries);
  if (reading.architecture !== "topk") reading.k = null; // a number left in a field that is not asked for
  return { where, reading, name: name || null, ...(visibility && { visibility }) };
}

/** The same as before, although another reading fits better. */
export function acceptedAnswer({ where, reading, name }: ImportAnswer): object {
  return { where, reading, name, accept: true };
}

const numbers = ["k", "input_scale"];
const booleans = ["subtract_b_dec", "rescale_acts_by_decoder_norm"];

function typed(key: string, text: string): string | number | boolean | null {
  if (text === "") return null;
  if (numbers.includes(key)) return Number(text);
  return booleans.includes(key) ? text === "true" : text;
}
