import { z } from "zod";
import { type FeatureQuery, featureSorts } from "./views.ts";

const fraction = z.coerce.number().min(0).max(1);

/** How a feature table is asked for, in a page's address and in the API alike. */
export const featureQuery = z.object({
  sort: z.enum(featureSorts).default("index").describe("the column to sort by"),
  order: z.enum(["asc", "desc"]).default("asc"),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1).describe("1-based"),
  per_page: z.coerce.number().int().min(1).max(200).default(50),
  state: z
    .enum(["all", "alive", "dead"])
    .default("all")
    .describe("alive: active on some dashboard token"),
  search: z
    .string()
    .trim()
    .max(100)
    .default("")
    .describe("a feature index, or text that the top token contains"),
  density_min: fraction.nullable().default(null),
  density_max: fraction.nullable().default(null),
}) satisfies z.ZodType<FeatureQuery, unknown>;

/** What the page's address asks for; a value that cannot be used counts as not given. */
export function readFeatureQuery(
  params: Record<string, string | string[] | undefined>,
): FeatureQuery {
  const query: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(featureQuery.shape)) {
    const given = params[key];
    const value = Array.isArray(given) ? given[0] : given;
    const parsed = field.safeParse(value === "" ? undefined : value);
    if (parsed.success) query[key] = parsed.data;
  }
  return featureQuery.parse(query);
}
