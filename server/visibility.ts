import "server-only";
import type { Viewer } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";

/*
 * Conditions on the table `dictionary`: every query that reads dictionaries, or anything of them, has one.
 */

/** Dictionaries that lists, searches and counts show. */
export function listed(viewer: Viewer): Prisma.Sql {
  return visible(viewer, ["public"]);
}

/** Dictionaries that are shown to whoever knows the address. */
export function open(viewer: Viewer): Prisma.Sql {
  return visible(viewer, ["public", "unlisted"]);
}

function visible(viewer: Viewer, to: string[]): Prisma.Sql {
  if (viewer?.role === "maintainer") return Prisma.sql`true`;
  const shown = Prisma.sql`dictionary.visibility::text = ANY(${to}::text[])`;
  return viewer ? Prisma.sql`(${shown} OR dictionary.owner_id = ${viewer.id})` : shown;
}
