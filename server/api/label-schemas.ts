import "server-only";
import { z } from "zod";
import type { LabelView } from "@/lib/views.ts";
import { line } from "./written.ts";

export const labelText = z.strictObject({
  text: line(200).describe("a few words for the feature, at most 200 characters, without markup"),
});

export const labelView = z.object({
  id: z.int(),
  text: z.string(),
  author: z.string().nullable(),
  created_at: z.iso.datetime(),
  edited_at: z.iso.datetime().nullable(),
  votes: z.int().describe("how many agree, its author among them"),
  agreed: z.boolean().describe("whether who asks does"),
  is_own: z.boolean(),
}) satisfies z.ZodType<LabelView>;

/** What most agree with comes first. */
export const labelList = z.object({ labels: z.array(labelView) });

export const removed = z.object({ removed: z.literal(true) });
