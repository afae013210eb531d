import type { z } from "zod";

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

/** The query of an address by its schema; a part that makes no sense counts as absent, so no link is ever broken. */
export function readQuery<S extends z.ZodObject>(schema: S, params: SearchParams): z.output<S> {
  const given = Object.entries(schema.shape).flatMap(([key, field]) => {
    const text = firstOf(params[key]);
    return text !== "" && (field as z.ZodType).safeParse(text).success ? [[key, text]] : [];
  });
  return schema.parse(Object.fromEntries(given));
}

/** The schema's parts of a query that differ from the defaults: the shortest address that says the same. */
export function saidQuery<S extends z.ZodObject>(
  schema: S,
  query: z.output<S>,
): Record<string, string> {
  const defaults: Record<string, unknown> = schema.parse({});
  const said = Object.entries(query).filter(
    ([key, value]) => key in schema.shape && value !== defaults[key] && value !== null,
  );
  return Object.fromEntries(said.map(([key, value]) => [key, String(value)]));
}
