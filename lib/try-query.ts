import { firstOf, type SearchParams } from "./search-params.ts";

/** Which dictionary a text is tried on. */
export type TryDictionary = { name: string; revision?: string };

/** What the address of the page says; parts that make no sense are left out, so no link is ever broken. */
export type TryQuery = {
  model: string;
  dictionaries: TryDictionary[];
  text: string;
  /** the feature by which the text is coloured, else by CE-diff */
  feature: number | null;
};

export const MOST_CHARACTERS = 20_000;
export const MOST_DICTIONARIES = 8;

/** `?model=…&d=NAME&d=NAME@REVISION&text=…&feature=…` */
export function readTryQuery(params: SearchParams): TryQuery {
  const named = [params.d ?? []].flat().map(parseName);
  const dictionaries = [...new Map(named.map((one) => [nameOf(one), one])).values()];
  const feature = firstOf(params.feature);
  return {
    model: firstOf(params.model),
    dictionaries: dictionaries.slice(0, MOST_DICTIONARIES),
    text: firstOf(params.text).replaceAll("\0", "").slice(0, MOST_CHARACTERS),
    feature: /^\d{1,9}$/.test(feature) ? Number(feature) : null,
  };
}

/** res3-16x-topk32, or res3-16x-topk32@ and the sha256 of a revision */
export function nameOf({ name, revision }: TryDictionary): string {
  return revision === undefined ? name : `${name}@${revision}`;
}

function parseName(text: string): TryDictionary {
  const [, name, revision] = /^([^@]+)@([0-9a-f]{64})$/.exec(text) ?? [];
  return name === undefined ? { name: text } : { name, revision: revision as string };
}
