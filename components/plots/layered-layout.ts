/** A node of a layered graph: nodes of one group stand under one another. */
export type LayeredNode = { key: string; group: string; hook_name: string };
export type LayeredLink = { from: string; to: string; weight: number };

/** x and half the width in percent of the width, y in pixels. */
export type PlacedNode<Node> = Node & { x: number; y: number };
export type PlacedLink = LayeredLink & { path: string; width: number };
export type Layered<Node> = {
  columns: { group: string; x: number }[];
  nodes: PlacedNode<Node>[];
  links: PlacedLink[];
  /** of a node, in percent */
  nodeWidth: number;
  height: number;
};

const ROW = 38;
/** share of a column that its nodes take */
const FILLED = 0.74;
const widths = { least: 1, most: 7 };

/**
 * Groups from left to right in the order in which the model computes their hooks, each around the same
 * middle. Columns are filled from that of the first node outwards, each in the order of the nodes that it is
 * linked with, so that few links cross. A link that passes a column has a place of its own in it, as a node
 * would: else it would pass behind a node and seem to end there.
 */
export function layeredLayout<Node extends LayeredNode>(
  nodes: readonly Node[],
  links: readonly LayeredLink[],
): Layered<Node> {
  const groups = [...new Set(nodes.map(({ group }) => group))]
    .map((group) => nodes.filter((node) => node.group === group))
    .sort((a, b) => hookOrder(a[0]?.hook_name ?? "") - hookOrder(b[0]?.hook_name ?? ""));
  const columnOf = new Map(groups.flatMap((members, at) => members.map(({ key }) => [key, at])));
  const drawn = links.filter(({ from, to }) => columnOf.has(from) && columnOf.has(to));
  const routes = drawn.map((link) => ({ link, stops: stopsOf(link, columnOf) }));
  const members = groups.map((group, at) => [
    ...group.map(({ key }) => key),
    ...routes.flatMap(({ stops }) => stops.filter((stop) => stop.passes === at).map(keyOf)),
  ]);
  const steps = routes.flatMap(({ stops }) =>
    stops.slice(1).map((stop, i) => ({ from: stops[i]?.key ?? "", to: stop.key })),
  );
  const middle = columnOf.get(nodes[0]?.key ?? "") ?? 0;
  const height = ROW * Math.max(1, ...members.map(({ length }) => length));
  const columns = groups.map(([first], i) => ({
    group: first?.group ?? "",
    x: (100 * (i + 0.5)) / groups.length,
  }));
  const placed = new Map<string, Place>();
  const outwards = [...groups.keys()].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  for (const at of outwards) {
    const keys = members[at] ?? [];
    const ordered = keys
      .map((key, i) => ({ key, i, near: meanHeight(key, steps, placed) ?? height / 2 }))
      .sort((a, b) => a.near - b.near || a.i - b.i);
    ordered.forEach(({ key }, i) => {
      const y = height / 2 + (i - (keys.length - 1) / 2) * ROW;
      placed.set(key, { x: columns[at]?.x ?? 0, y });
    });
  }
  const nodeWidth = (100 / Math.max(1, groups.length)) * FILLED;
  const largest = Math.max(...drawn.map(({ weight }) => Math.abs(weight)));
  return {
    columns,
    nodes: nodes.flatMap((node) => {
      const place = placed.get(node.key);
      return place ? { ...node, ...place } : [];
    }),
    links: routes.map(({ link, stops }) => {
      const share = Math.abs(link.weight) / largest;
      const width = widths.least + (widths.most - widths.least) * share;
      const places = stops.flatMap(({ key }) => placed.get(key) ?? []);
      return { ...link, width, path: route(places, nodeWidth) };
    }),
    nodeWidth,
    height,
  };
}

type Place = { x: number; y: number };
/** A node that a link joins, or a column that it passes. */
type Stop = { key: string; passes: number | null };

/** From the link's source to its output, and what lies between. */
function stopsOf({ from, to }: LayeredLink, columnOf: ReadonlyMap<string, number>): Stop[] {
  const [first, last] = [columnOf.get(from) ?? 0, columnOf.get(to) ?? 0];
  const between = Array.from({ length: Math.max(0, last - first - 1) }, (_, i) => first + 1 + i);
  return [
    { key: from, passes: null },
    ...between.map((at) => ({ key: `${from} ${to} ${at}`, passes: at })),
    { key: to, passes: null },
  ];
}

function keyOf({ key }: Stop): string {
  return key;
}

/** Out of the source's right side into the output's left one, straight through the columns between. */
function route(places: readonly Place[], width: number): string {
  const round = (value: number) => Math.round(value * 100) / 100;
  const [start, ...others] = places;
  if (!start) return "";
  let x = start.x + width / 2;
  let path = `M${round(x)} ${start.y}`;
  let y = start.y;
  others.forEach((place, i) => {
    const left = place.x - width / 2;
    const bend = Math.max(2, Math.abs(left - x) / 2);
    const curve = [x + bend, y, left - bend, place.y, left, place.y].map(round);
    path += `C${curve.join(" ")}`;
    x = place.x + width / 2;
    y = place.y;
    if (i < others.length - 1) path += `H${round(x)}`;
  });
  return path;
}

function meanHeight(
  key: string,
  links: readonly Pick<LayeredLink, "from" | "to">[],
  placed: ReadonlyMap<string, { y: number }>,
): number | null {
  const heights = links
    .flatMap(({ from, to }) => (from === key ? [to] : to === key ? [from] : []))
    .flatMap((other) => placed.get(other)?.y ?? []);
  return heights.length === 0 ? null : heights.reduce((sum, y) => sum + y, 0) / heights.length;
}

/** Places within a block, in the order in which they are computed. */
const sites = [
  "hook_resid_pre",
  "attn.hook_z",
  "hook_attn_out",
  "hook_resid_mid",
  "mlp.hook_post",
  "hook_mlp_out",
  "hook_resid_post",
];

/** A number that grows along the model: the embedding first, then blocks and the places in them, then the rest. */
export function hookOrder(hook_name: string): number {
  if (hook_name === "hook_embed") return -1;
  const [, layer, site = ""] = /^blocks\.(\d+)\.(.+)$/.exec(hook_name) ?? [];
  if (layer === undefined) return Number.MAX_SAFE_INTEGER;
  return Number(layer) * sites.length + Math.max(0, sites.indexOf(site));
}
