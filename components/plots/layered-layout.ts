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
 * linked with, so that few links cross.
 */
export function layeredLayout<Node extends LayeredNode>(
  nodes: readonly Node[],
  links: readonly LayeredLink[],
): Layered<Node> {
  const groups = [...new Set(nodes.map(({ group }) => group))]
    .map((group) => nodes.filter((node) => node.group === group))
    .sort((a, b) => hookOrder(a[0]?.hook_name ?? "") - hookOrder(b[0]?.hook_name ?? ""));
  const middle = groups.findIndex((members) => members.includes(nodes[0] as Node));
  const height = ROW * Math.max(1, ...groups.map((members) => members.length));
  const columns = groups.map(([first], i) => ({
    group: first?.group ?? "",
    x: (100 * (i + 0.5)) / groups.length,
  }));
  const placed = new Map<string, PlacedNode<Node>>();
  const outwards = [...groups.keys()].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  for (const at of outwards) {
    const members = groups[at] ?? [];
    const ordered = members
      .map((node, i) => ({ node, i, near: meanHeight(node.key, links, placed) ?? height / 2 }))
      .sort((a, b) => a.near - b.near || a.i - b.i);
    ordered.forEach(({ node }, i) => {
      const y = height / 2 + (i - (members.length - 1) / 2) * ROW;
      placed.set(node.key, { ...node, x: columns[at]?.x ?? 0, y });
    });
  }
  const nodeWidth = (100 / Math.max(1, groups.length)) * FILLED;
  const largest = Math.max(...links.map(({ weight }) => Math.abs(weight)));
  return {
    columns,
    nodes: nodes.flatMap(({ key }) => placed.get(key) ?? []),
    links: links.flatMap((link) => {
      const [from, to] = [placed.get(link.from), placed.get(link.to)];
      if (!from || !to) return [];
      const share = Math.abs(link.weight) / largest;
      const width = widths.least + (widths.most - widths.least) * share;
      return [{ ...link, width, path: curve(from, to, nodeWidth) }];
    }),
    nodeWidth,
    height,
  };
}

/** Out of the source's right side into the output's left one. */
function curve(from: { x: number; y: number }, to: { x: number; y: number }, width: number) {
  const [x1, x2] = [from.x + width / 2, to.x - width / 2];
  const bend = Math.max(2, Math.abs(x2 - x1) / 2);
  const points = [x1, from.y, x1 + bend, from.y, x2 - bend, to.y, x2, to.y].map(
    (value) => Math.round(value * 100) / 100,
  );
  const [a, b, c, d, e, f, g, h] = points;
  return `M${a} ${b}C${c} ${d} ${e} ${f} ${g} ${h}`;
}

function meanHeight(
  key: string,
  links: readonly LayeredLink[],
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
