import "server-only";
import { sha256Hex, slug } from "trainer/bundle";
import { z } from "zod";
import { type ListSummary, type ListView, visibilities } from "@/lib/views.ts";
import { example, featureLink, links } from "./discussion-schemas.ts";
import { line, markdown } from "./written.ts";

const title = line(200).describe("at most 200 characters");
const description = markdown(5000).describe("Markdown, at most 5000 characters");
const visibility = z.enum(visibilities);

export const listedFeature = z.strictObject({
  model: slug,
  dictionary: slug,
  index: z.coerce.number().int().nonnegative().max(1e9),
  revision: sha256Hex.optional().describe("the newest by default"),
});
export const listsQuery = z.object({
  own: z.stringbool().default(false).describe("only one's own"),
});
export const newList = z.strictObject({
  title,
  description: description.default(""),
  visibility: visibility.default("public"),
  feature: listedFeature.optional().describe("its first feature"),
});
export const listChange = z.strictObject({
  title: title.optional(),
  description: description.optional(),
  visibility: visibility.optional(),
});
export const itemChange = z.strictObject({
  note: markdown(2000).optional().describe("Markdown, at most 2000 characters"),
  move: z.enum(["up", "down"]).optional().describe("by one place"),
});

const listSummary = z.object({
  id: z.string(),
  title: z.string(),
  address: z.string(),
  visibility,
  owner: z.string(),
  is_own: z.boolean(),
  updated_at: z.iso.datetime(),
  items: z.int(),
}) satisfies z.ZodType<ListSummary>;

export const listList = z.object({ lists: z.array(listSummary) });
export const listView = listSummary.extend({
  description: z.string(),
  links,
  contents: z.array(
    z.object({
      id: z.int(),
      link: featureLink.extend({ index: z.int() }),
      example: example.nullable(),
      max_activation: z.number(),
      note: z.string(),
    }),
  ),
  hidden: z.int().describe("features that who asks may not see"),
}) satisfies z.ZodType<ListView>;
export const keptList = z.object({ id: z.string(), address: z.string() });
export const removedList = z.object({ removed: z.literal(true), address: z.string() });
