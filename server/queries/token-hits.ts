import "server-only";
import { tokenIndexBounds } from "@/lib/token-index.ts";
import { pool } from "../db.ts";
import { type TokenEntries, unpackEntries } from "../token-entries.ts";
import type { Form } from "../token-forms.ts";

/** A feature that fires on every word, with what it has on the word it fires on least. */
export type Hit = {
  feature: number;
  form: Form;
  activation: number;
  share: number;
  context: number;
  position: number;
};

/** How many features there are, whether the index left weaker ones out, and some of them, best first. */
export type Hits = { count: number; cut: boolean; slice(first: number, end: number): Hit[] };

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
  const storedOf = new Map<number, Map<number, Stored>>(revisions.map((id) => [id, new Map()]));
  for (const row of rows) storedOf.get(row.revision_id)?.set(row.token_id, row);
  for (const [revision_id, stored] of storedOf) {
    const cut = [...stored.values()].some(
      (row) => row.features > tokenIndexBounds.features_of_a_token,
    );
    const of = words.map((forms) => forms.flatMap((form) => entriesOf(form, stored)));
    const [first = []] = of;
    const hits = of.length === 1 && first.length === 1 ? asStored(first) : sorted(of);
    if (hits.count > 0) found.set(revision_id, { ...hits, cut });
  }
  return found;
}

type Stored = { revision_id: number; token_id: number; features: number; entries: Uint8Array };
type Entries = TokenEntries & { form: Form };
type Ranked = Pick<Hits, "count" | "slice">;

function entriesOf(form: Form, stored: Map<number, Stored>): Entries[] {
  const row = stored.get(form.id);
  return row ? [{ form, ...unpackEntries(row.entries) }] : [];
}

/** The features of one token lie in their order. */
function asStored([entries]: Entries[]): Ranked {
  const count = entries?.features.length ?? 0;
  const slice = (first: number, end: number) =>
    Array.from({ length: Math.min(end, count) - Math.min(first, count) }, (_, i) =>
      hitAt(entries as Entries, first + i),
    );
  return { count, slice };
}

/** Ranked only when some are asked for: most dictionaries of a search are counted and not shown. */
function sorted(words: Entries[][]): Ranked {
  const best = words.map(bestOf);
  const common = (best[0]?.features ?? []).filter((feature) =>
    best.every(({ placeOf }) => (placeOf[feature] ?? 0) > 0),
  );
  const hitOf = (feature: number) =>
    best
      .map(({ placeOf, places }) => places[(placeOf[feature] as number) - 1] as Place)
      .map(({ entries, i }) => hitAt(entries, i))
      .reduce((x, y) => (y.share < x.share ? y : x));
  const slice = (first: number, end: number) =>
    common.map(hitOf).sort(byStrength).slice(first, end);
  return { count: common.length, slice };
}

type Place = { entries: Entries; i: number };
type Best = { features: number[]; placeOf: Uint32Array; places: Place[] };

/** Of each feature that fires on any of a word's tokens, where it fires most; `placeOf` counts from 1. */
function bestOf(tokens: Entries[]): Best {
  const largest = tokens.reduce(
    (most, { features }) => features.reduce((x, y) => (x > y ? x : y), most),
    0,
  );
  const best: Best = { features: [], placeOf: new Uint32Array(largest + 1), places: [] };
  for (const entries of tokens)
    for (let i = 0; i < entries.features.length; i++) {
      const feature = entries.features[i] as number;
      const known = best.places[(best.placeOf[feature] as number) - 1];
      if (known && (entries.shares[i] as number) <= (known.entries.shares[known.i] as number))
        continue;
      if (!known) best.features.push(feature);
      best.placeOf[feature] = best.places.push({ entries, i });
    }
  return best;
}

function hitAt({ form, ...entries }: Entries, i: number): Hit {
  return {
    form,
    feature: entries.features[i] as number,
    activation: entries.activations[i] as number,
    share: entries.shares[i] as number,
    context: entries.contexts[i] as number,
    position: entries.positions[i] as number,
  };
}

function byStrength(a: Hit, b: Hit): number {
  return (
    b.share - a.share ||
    a.form.distance - b.form.distance ||
    b.activation - a.activation ||
    a.feature - b.feature
  );
}
