import "server-only";
import type { ElsewhereView, Viewer } from "@/lib/views.ts";
import { nearestRows, openDecoder } from "../decoder.ts";
import { keep } from "../kept.ts";
import { getVocabulary } from "../vocabulary.ts";
import { findRevision, newestRevisions, summariesOf } from "./dictionaries.ts";
import { topTokensOf } from "./top-tokens.ts";

/**
 * What is looked through at most: dictionaries, the nearest layers first, and numbers of their decoders; and
 * dictionaries that may wait to be looked through.
 */
const MOST = { dictionaries: 64, numbers: 2 ** 29, waiting: 256 };

/**
 * The feature of each other dictionary of the model whose decoder row points most nearly the same way, of
 * those whose rows are as wide. It reads all their decoders, and is refused while too many others ask. Null if
 * there is no such feature.
 */
export async function getElsewhere(
  viewer: Viewer,
  { model, slug, index }: { model: string; slug: string; index: number },
  revision?: string | null,
): Promise<ElsewhereView | "busy" | null> {
  if (waiting > MOST.waiting) return "busy";
  const found = await findRevision(viewer, model, slug, revision);
  if (!found || index >= found.summary.d_sae) return null;
  const newest = await newestRevisions(viewer, model);
  const others = newest.filter((one) => one.dictionary_id !== found.dictionary_id);
  const layer = found.summary.layer ?? 0;
  const away = (one: { layer: number | null }) => Math.abs((one.layer ?? 0) - layer);
  const summaries = (await summariesOf(others.map(({ id }) => id)))
    .filter(({ summary }) => summary.d_in === found.summary.d_in)
    .sort((a, b) => away(a.summary) - away(b.summary));
  const looked = [];
  let numbers = 0;
  for (const one of summaries.slice(0, MOST.dictionaries)) {
    numbers += one.summary.d_sae * one.summary.d_in;
    if (numbers > MOST.numbers) break;
    looked.push(one);
  }
  const own = { id: found.id, revision: found.summary.revision };
  const nearest = await Promise.all(
    looked.map(({ revision_id: id, summary: { revision } }) =>
      nearestIn(JSON.stringify([own, index, { id, revision }])),
    ),
  );
  const vocabulary = await getVocabulary(found.vocabulary_id);
  const rows = await Promise.all(
    looked.map(async ({ revision_id, summary }, i) => {
      const row = nearest[i];
      if (!row) return [];
      const tokens = await topTokensOf(revision_id, [row.index], vocabulary);
      return [{ dictionary: summary, ...row, top_token: tokens.get(row.index) ?? null }];
    }),
  );
  return {
    features: looked.reduce((sum, { summary }) => sum + summary.d_sae, 0),
    left_out: summaries.length - looked.length,
    rows: rows.flat().sort((a, b) => b.cosine - a.cosine),
  };
}

/** One dictionary after the other: each is read from the disk and takes the processor. */
let turn: Promise<unknown> = Promise.resolve();
let waiting = 0;

type Address = { id: number; revision: string };

const nearestIn = keep(10_000, (key: string) => {
  const [own, index, other] = JSON.parse(key) as [Address, number, Address];
  waiting++;
  const result = turn.then(() => search(own, index, other)).finally(() => waiting--);
  turn = result.catch(() => {});
  return result;
});

/** Null where the other's decoder rows are of another width, or all 0. */
async function search(
  own: Address,
  index: number,
  other: Address,
): Promise<{ index: number; cosine: number } | null> {
  const [from, to] = await Promise.all([openDecoder(own), openDecoder(other)]);
  if (from.width !== to.width) return null;
  return (await nearestRows(from, index, to, 1))[0] ?? null;
}
