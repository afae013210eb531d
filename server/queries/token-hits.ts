import "server-only";
import { tokenIndexBounds } from "@/lib/token-index.ts";
import { pool } from "../db.ts";
import { unpackEntries } from "../token-entries.ts";
import type { Form } from "../token-forms.ts";

/** A feature that fires on every word, with what it has on the word it fires on least. */
export type Hit = { feature: number; form: Form; activation: number; share: number };
export type Hits = { hits: Hit[]; cut: boolean };

/**
 * For each revision the features that fire on every word, best first: by the share of their maximum,
 * then the token nearest to what was typed, then the larger activation. All revisions have one vocabulary.
 */
export async function hitsOf(revisions: number[], words: Form[][]): Promise<Map<number, Hits>> {
  const found = new Map<number, Hits>();
  if (words.some((forms) => forms.length === 0)) return found;
  const { rows } = await pool().query<Stored>(
    `SELECT revision_id, token_id, features, entries FROM token_features
     WHERE revision_id = ANY($1::int[]) AND token_id = ANY($2::int[])`,
    [revisions, words.flatMap((forms) => forms.map((form) => form.id))],
  );
  for (const revision_id of revisions) {
    const stored = rows.filter((row) => row.revision_id === revision_id);
    const of = new Map(stored.map((row) => [row.token_id, row]));
    const hits = words.map((forms) => bestForms(forms, of)).reduce(both);
    if (hits.size === 0) continue;
    const cut = stored.some((row) => row.features > tokenIndexBounds.features_of_a_token);
    found.set(revision_id, { hits: [...hits.values()].sort(byStrength), cut });
  }
  return found;
}

type Stored = { revision_id: number; token_id: number; features: number; entries: Uint8Array };

/** Of each feature that fires on any of the tokens the one on which it fires most. */
function bestForms(forms: Form[], stored: Map<number, Stored>): Map<number, Hit> {
  const best = new Map<number, Hit>();
  for (const form of forms) {
    const row = stored.get(form.id);
    if (!row) continue;
    const { features, activations, shares } = unpackEntries(row.entries);
    for (const [i, feature] of features.entries()) {
      const share = shares[i] as number;
      const known = best.get(feature);
      if (!known || share > known.share)
        best.set(feature, { feature, form, activation: activations[i] as number, share });
    }
  }
  return best;
}

function both(some: Map<number, Hit>, others: Map<number, Hit>): Map<number, Hit> {
  const common = new Map<number, Hit>();
  for (const [feature, hit] of some) {
    const other = others.get(feature);
    if (other) common.set(feature, other.share < hit.share ? other : hit);
  }
  return common;
}

function byStrength(a: Hit, b: Hit): number {
  return (
    b.share - a.share ||
    a.form.distance - b.form.distance ||
    b.activation - a.activation ||
    a.feature - b.feature
  );
}
