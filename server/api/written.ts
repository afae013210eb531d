import "server-only";
import { z } from "zod";

/** One line that somebody wrote: its outer spaces are cut off, and those within are single. */
export function line(most: number) {
  return sound
    .max(10 * most)
    .transform((text) => text.replace(/\s+/g, " ").trim())
    .refine((text) => hasInk.test(text), "expected something that can be read")
    .refine((text) => !/\p{Cc}/u.test(text), "holds control characters")
    .refine((text) => [...text].length <= most, `may have ${most} characters`);
}

/** Markdown that somebody wrote. */
export function markdown(most: number) {
  return sound
    .max(most, `may have ${most} characters`)
    .transform((text) => text.replace(/\r\n?/g, "\n").trim());
}

/** Half of a surrogate pair has no UTF-8: the database would keep another text than was sent. */
const sound = z
  .string()
  .refine((text) => !/\p{Surrogate}/u.test(text), "holds half a surrogate pair");

const hasInk = /[\p{L}\p{N}\p{P}\p{S}]/u;
