import type { DatapointPlace } from "./views.ts";

/** What a reader may type to get somewhere: parts of an address, or the whole of one. */
export type Address = {
  model: string;
  dictionary?: string;
  index?: number;
  place?: DatapointPlace;
  /** sha256 of the revision that it pins */
  revision?: string;
};

/**
 * "stories-2m/res3-16x-topk32/12" or "stories-2m/res3-16x-topk32/datapoints/4/17", with or without a
 * host before it; null for other text.
 */
export function parseAddress(text: string): Address | null {
  const typed = text.trim().replace(/^https?:\/\/[^/]+/, "");
  const path = typed.replace(/[?#].*$/, "");
  if (!path.includes("/")) return null;
  const [model, dictionary, ...rest] = path.split("/").filter((part) => part !== "");
  if (!model) return null;
  const within = rest.length === 0 ? {} : dictionary ? parseWithin(rest) : null;
  if (!within) return null;
  const revision = /[?&]revision=([0-9a-f]{64})(?![0-9a-f])/.exec(typed)?.[1];
  return { model, ...(dictionary && { dictionary }), ...within, ...(revision && { revision }) };
}

/** What comes after the dictionary: a feature's index, or a datapoint's place. */
function parseWithin(parts: string[]): Pick<Address, "index" | "place"> | null {
  const [first = "", context = "", position = ""] = parts;
  if (parts.length === 1 && /^\d{1,9}$/.test(first)) return { index: Number(first) };
  if (parts.length !== 3 || first !== "datapoints") return null;
  const place = placeOf({ context, position });
  return place && { place };
}

/** The place that the parts of a datapoint's address name, if they are numbers. */
export function placeOf(named: { context: string; position: string }): DatapointPlace | null {
  const areNumbers = [named.context, named.position].every((part) => /^\d{1,9}$/.test(part));
  return areNumbers ? { context: Number(named.context), position: Number(named.position) } : null;
}
