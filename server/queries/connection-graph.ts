import "server-only";
import type {
  ConnectedDictionary,
  ConnectedFeature,
  ConnectionGraph,
  Viewer,
} from "@/lib/views.ts";
import { getVocabulary } from "../vocabulary.ts";
import type { ConnectedRevision } from "./connected-revisions.ts";
import { type Linked, linkedSources, linkedTargets } from "./connections.ts";
import { findRevision } from "./dictionaries.ts";
import { topTokensOf } from "./top-tokens.ts";

/** How many a graph shows: of the feature's own connections, and of each of theirs. */
const MOST = [5, 2] as const;

type Node = ConnectionGraph["nodes"][number];

/** The strongest connections of a feature, up to two steps each way; null if it has none. */
export async function getConnectionGraph(
  viewer: Viewer,
  model: string,
  slug: string,
  index: number,
  revision?: string | null,
): Promise<ConnectionGraph | null> {
  const found = await findRevision(viewer, model, slug, revision);
  if (!found) return null;
  const vocabulary = await getVocabulary(found.vocabulary_id);
  const tokens = await topTokensOf(found.id, [index], vocabulary);
  const { hook_name } = found.summary;
  const own: ConnectedDictionary = { slug, hook_name, state: "same", revision: revision ?? null };
  const centre = toNode(own, { index, top_token: tokens.get(index) ?? null }, 0);
  const nodes = new Map([[centre.key, centre]]);
  const links = new Map<string, ConnectionGraph["links"][number]>();

  async function read(node: Node, revision_id: number, direction: -1 | 1) {
    const most = MOST[Math.abs(node.hop)] ?? 0;
    const linked = direction < 0 ? linkedSources : linkedTargets;
    return strongest(await linked(viewer, revision_id, node.index, vocabulary, most), most);
  }

  async function expand(
    node: Node,
    next: ReturnType<typeof strongest>,
    direction: -1 | 1,
  ): Promise<void> {
    const begun: [Node, number][] = [];
    for (const { of, feature, weight } of next) {
      const other = toNode(of.dictionary, feature, node.hop + direction);
      const [from, to] = direction < 0 ? [other.key, node.key] : [node.key, other.key];
      links.set(`${from} ${to}`, { from, to, weight });
      if (nodes.has(other.key)) continue;
      nodes.set(other.key, other);
      if (of.revision_id !== null && Math.abs(other.hop) < MOST.length)
        begun.push([other, of.revision_id]);
    }
    const further = await Promise.all(begun.map(([other, id]) => read(other, id, direction)));
    for (const [i, [other]] of begun.entries()) await expand(other, further[i] ?? [], direction);
  }
  const [sources, targets] = await Promise.all([
    read(centre, found.id, -1),
    read(centre, found.id, 1),
  ]);
  await expand(centre, sources, -1);
  await expand(centre, targets, 1);
  return links.size === 0 ? null : { nodes: [...nodes.values()], links: [...links.values()] };
}

function toNode(
  dictionary: ConnectedDictionary,
  { index, top_token }: Pick<ConnectedFeature, "index" | "top_token">,
  hop: number,
): Node {
  return { key: `${dictionary.slug}/${index}`, dictionary, index, top_token, hop };
}

/** The first of all dictionaries, taken in turn as each lists them. */
function strongest(linked: Linked[], most: number) {
  const all: {
    of: ConnectedRevision;
    feature: ConnectedFeature;
    weight: number;
    rank: number;
  }[] = linked.flatMap(({ of, features }) =>
    features.map((feature, rank) => {
      const weight = feature.weight ?? feature.relu_weight ?? 0;
      return { of, feature, weight, rank };
    }),
  );
  return all.sort((a, b) => a.rank - b.rank).slice(0, most);
}
