import "server-only";
import type { CompareQuery, Comparison, Viewer } from "@/lib/views.ts";
import { db } from "../db.ts";
import { flipped, unpackMatch } from "../packed-match.ts";
import { type FoundRevision, findRevision } from "./dictionaries.ts";
import { matchingOf } from "./matching.ts";

export type Pair = { a: Side; b: Side; refusal: string | null };
type Side = { found: FoundRevision; sha256: string };
type Named = Pick<CompareQuery, "a" | "b" | "a_revision" | "b_revision">;

/** Two dictionaries side by side, as far as they have been compared; null if there is not both of them. */
export async function getComparison(
  viewer: Viewer,
  query: CompareQuery,
): Promise<Comparison | null> {
  const pair = await findPair(viewer, query);
  if (!pair) return null;
  const { a, b, refusal } = pair;
  const described = ({ found }: Side) => ({
    ...found.summary,
    config: found.manifest.provenance.config,
  });
  const row = refusal
    ? null
    : await db().comparison.findUnique({ where: { a_sha256_b_sha256: keyOf(pair) } });
  const match = row?.result && unpackMatch(row.result);
  const isFlipped = a.sha256 > b.sha256;
  return {
    a: described(a),
    b: described(b),
    refusal,
    job: row && { state: row.state, done: row.done, total: row.total, error: row.error },
    matching: match
      ? await matchingOf(isFlipped ? flipped(match) : match, a.found, b.found, query)
      : null,
  };
}

/** A pair of weights has one row, whichever of them is called a. */
export function keyOf({ a, b }: Pair): { a_sha256: string; b_sha256: string } {
  const [a_sha256 = "", b_sha256 = ""] = [a.sha256, b.sha256].sort();
  return { a_sha256, b_sha256 };
}

/** Both dictionaries, and why their directions cannot be compared; null if there is not both of them. */
export async function findPair(viewer: Viewer, named: Named): Promise<Pair | null> {
  const [a, b] = await Promise.all([
    findSide(viewer, named.a, named.a_revision),
    findSide(viewer, named.b, named.b_revision),
  ]);
  return a && b && { a, b, refusal: refusalOf(a, b) };
}

async function findSide(viewer: Viewer, address: string, revision: string): Promise<Side | null> {
  const [model = "", slug = "", ...rest] = address.split("/").filter((part) => part !== "");
  if (rest.length > 0) return null;
  const found = await findRevision(viewer, model, slug, revision || null);
  const weights =
    found &&
    (await db().revisionFile.findUnique({
      where: { revision_id_name: { revision_id: found.id, name: "sae_weights.safetensors" } },
      select: { sha256: true },
    }));
  return found && weights && { found, sha256: weights.sha256 };
}

/** More features than so many would keep a worker for hours. */
const MOST_PAIRS = 2 ** 34;

function refusalOf(a: Side, b: Side): string | null {
  const [one, other] = [a.found.summary, b.found.summary];
  if (one.model !== other.model)
    return `Directions of two models (${one.model}, ${other.model}) have nothing in common: their activations have other coordinates.`;
  if (a.sha256 === b.sha256) return "Both have the same weights.";
  if (one.d_in !== other.d_in)
    return `A direction of width ${one.d_in} and one of width ${other.d_in} have no cosine.`;
  if (one.d_sae * other.d_sae > MOST_PAIRS)
    return "Together they have more pairs of features than a worker here compares.";
  return null;
}
