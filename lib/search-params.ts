/** An address' query as Next hands it to a page. */
export type SearchParams = Record<string, string | string[] | undefined>;

/** The first of a repeated parameter; empty when there is none. */
export function firstOf(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? "";
}

/** The revision that an address pins, ready to be handed to lib/routes.ts. */
export function pinnedOf(params: SearchParams): { revision?: string } {
  const revision = firstOf(params.revision);
  return revision === "" ? {} : { revision };
}
