import "server-only";
import { z } from "zod";
import type {
  CommentView,
  DiscussionSummary,
  DiscussionView,
  FeatureLink,
  HoverCardView,
} from "@/lib/views.ts";
import { MOST_WRITTEN } from "@/lib/written.ts";
import { line, markdown } from "./written.ts";

/** Bytes of a request that holds the longest text, escaped as JSON may escape it. */
export const TEXT_BYTES = 8 * MOST_WRITTEN;

const title = line(200).describe("at most 200 characters");
const body = markdown(MOST_WRITTEN)
  .refine((text) => text !== "", "expected a text")
  .describe(`Markdown, at most ${MOST_WRITTEN} characters`);

export const discussionsQuery = z.object({
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export const newDiscussion = z.strictObject({ title, body });
export const discussionChange = z.strictObject({ title });
export const newComment = z.strictObject({
  body,
  parent_id: z.coerce.number().int().positive().max(1e9).optional().describe("what it answers"),
});
export const commentChange = z.strictObject({
  body,
  version: z.coerce.number().int().positive().max(1e9).describe("of the comment as it was read"),
});
export const mentionsText = z.strictObject({ text: markdown(MOST_WRITTEN) });

export const featureLink = z.object({
  model: z.string(),
  dictionary: z.string(),
  index: z.int().nullable().describe("null: the dictionary as a whole"),
  revision: z.string().nullable().describe("where the newest one has other weights"),
  hook_name: z.string(),
  label: z.string().nullable(),
  top_token: z.string().nullable(),
}) satisfies z.ZodType<FeatureLink>;

export const links = z.record(z.string(), featureLink);
export const mentionsView = z.object({ links });

export const example = z.object({
  context: z.int(),
  position: z.int(),
  window_start: z.int(),
  tokens: z.array(z.string()),
  activations: z.array(z.number()),
});

export const hoverCardView = featureLink.extend({
  density: z.number(),
  max_activation: z.number(),
  examples: z.array(example),
}) satisfies z.ZodType<HoverCardView>;

const commentView = z.object({
  id: z.int(),
  parent_id: z.int().nullable(),
  author: z.string().nullable(),
  body: z.string(),
  links,
  version: z.int(),
  created_at: z.iso.datetime(),
  edited_at: z.iso.datetime().nullable(),
  deleted: z.boolean(),
  is_own: z.boolean(),
  address: z.string(),
  title: z.string(),
}) satisfies z.ZodType<CommentView>;

const discussionSummary = z.object({
  id: z.int(),
  title: z.string(),
  address: z.string(),
  author: z.string().nullable(),
  created_at: z.iso.datetime(),
  active_at: z.iso.datetime(),
  comments: z.int(),
}) satisfies z.ZodType<DiscussionSummary>;

export const discussionList = z.object({
  discussions: z.array(discussionSummary),
  total: z.int(),
});
export const discussionView = discussionSummary.extend({
  is_own: z.boolean(),
  contents: z.array(commentView),
}) satisfies z.ZodType<DiscussionView>;

export const kept = z.object({ id: z.int(), address: z.string().describe("where it is shown") });
export const removedDiscussion = z.object({ removed: z.literal(true), address: z.string() });
