import "server-only";
import type { Viewer } from "@/lib/views.ts";
import { type FoundRevision, findRevision } from "./dictionaries.ts";

/** The revision and the index that an address names; null if there is no such feature that the viewer may see. */
export async function findFeature(
  viewer: Viewer,
  named: { model: string; dictionary: string; index: string | number },
  revision?: string | null,
): Promise<{ found: FoundRevision; index: number } | null> {
  const index = idOf(String(named.index));
  if (index === null) return null;
  const found = await findRevision(viewer, named.model, named.dictionary, revision);
  return found && index < found.summary.d_sae ? { found, index } : null;
}

/** A number within an address, if it is one that a column can hold. */
export function idOf(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
