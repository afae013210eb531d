import type { DatapointPlace } from "./views.ts";

/** What a reader may type to get somewhere: parts of an address, or the whole of one. */
export type Address = { model: string; dictionary?: string; index?: number };

/** "stories-2m/res3-16x-topk32/12", with or without a host before it; null for other text. */
export function parseAddress(text: string): Address | null {
  const path = text
    .trim()
    .replace(/^https?:\/\/[^/]+/, "")
    .replace(/[?#].*$/, "");
  const [model, dictionary, index, ...rest] = path.split("/").filter((part) => part !== "");
  if (!model || !path.includes("/") || rest.length > 0) return null;
  if (index === undefined) return dictionary ? { model, dictionary } : { model };
  return dictionary && /^\d{1,9}$/.test(index) ? { model, dictionary, index: Number(index) } : null;
}

/** The place that the parts of a datapoint's address name, if they are numbers. */
export function placeOf(named: { context: string; position: string }): DatapointPlace | null {
  const areNumbers = [named.context, named.position].every((part) => /^\d{1,9}$/.test(part));
  return areNumbers ? { context: Number(named.context), position: Number(named.position) } : null;
}
