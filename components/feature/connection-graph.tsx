import { formatNumber } from "@/lib/format.ts";
import { featurePath } from "@/lib/routes.ts";
import type { ConnectionGraph as Graph } from "@/lib/views.ts";
import { layeredLayout, type PlacedLink } from "../plots/layered-layout.ts";
import { Stretched } from "../plots/stretched.tsx";
import { Section } from "../ui/section.tsx";
import { LoneToken } from "../ui/token.tsx";

type Props = { model: string; graph: Graph };
type Node = Graph["nodes"][number];

/** A feature between what it is built from and what it feeds, two steps each way. */
export function ConnectionGraph({ model, graph }: Props) {
  const nodes = graph.nodes.map((node) => ({
    ...node,
    group: node.dictionary.slug,
    hook_name: node.dictionary.hook_name,
  }));
  const { columns, links, height, nodeWidth, nodes: placed } = layeredLayout(nodes, graph.links);
  const byKey = new Map(placed.map((node) => [node.key, node]));
  const titleOf = (link: PlacedLink) =>
    `${nameOf(byKey.get(link.from))} → ${nameOf(byKey.get(link.to))}: weight ${formatNumber(link.weight, 3)}`;
  return (
    <Section title="Connections, two steps each way" aside="the strongest of each">
      <div className="panel p-4">
        <section
          aria-label="Graph of connected features"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
          tabIndex={0}
          className="overflow-x-auto pb-1"
        >
          <div style={{ minWidth: `${6.5 * columns.length}rem` }}>
            <div className="relative mb-2 h-5">
              {columns.map(({ group, x }) => (
                <span
                  key={group}
                  className="eyebrow absolute -translate-x-1/2 truncate text-center font-normal"
                  style={{ left: `${x}%`, width: `${100 / columns.length - 1}%` }}
                >
                  {group}
                </span>
              ))}
            </div>
            <div className="relative" style={{ height }}>
              <Stretched height={height}>
                {links.map((link) => (
                  <path
                    key={`${link.from} ${link.to}`}
                    d={link.path}
                    fill="none"
                    strokeWidth={link.width}
                    strokeDasharray={link.weight < 0 ? "6 4" : undefined}
                    vectorEffect="non-scaling-stroke"
                    className={`opacity-60 hover:opacity-100 ${link.weight < 0 ? "stroke-negative" : "stroke-positive"}`}
                  >
                    <title>{titleOf(link)}</title>
                  </path>
                ))}
              </Stretched>
              {placed.map((node) => (
                <GraphNode key={node.key} node={node} model={model} width={nodeWidth} />
              ))}
            </div>
          </div>
        </section>
        <p className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
          <Sign dash={undefined} stroke="stroke-positive" text="raises" />
          <Sign dash="6 4" stroke="stroke-negative" text="lowers" />
          <span>as wide as the weight is large; from the model’s input to its output</span>
        </p>
        <details className="mt-2 text-xs text-ink-2">
          <summary>The same in words</summary>
          <ul className="mt-2 list-disc space-y-0.5 pl-5">
            {links.map((link) => (
              <li key={`${link.from} ${link.to}`}>{titleOf(link)}</li>
            ))}
          </ul>
        </details>
      </div>
    </Section>
  );
}

type GraphNodeProps = { node: Node & { x: number; y: number }; model: string; width: number };

function GraphNode({ node, model, width }: GraphNodeProps) {
  const { dictionary, index, top_token, hop, x, y } = node;
  const label = (
    <>
      <span className="font-mono">{index}</span>{" "}
      <code className="whitespace-pre text-ink-2">
        {top_token === null ? "" : <LoneToken token={top_token} />}
      </code>
    </>
  );
  const shape = {
    title: nameOf(node),
    style: { left: `${x}%`, top: y, width: `${width}%` },
    className: `absolute -translate-1/2 truncate rounded border bg-surface px-1.5 py-0.5 text-center text-xs ${hop === 0 ? "border-accent font-semibold" : "border-line-strong"}`,
  };
  if (dictionary.state === "missing") return <span {...shape}>{label}</span>;
  const { slug, revision } = dictionary;
  return (
    <a
      {...shape}
      href={featurePath(model, slug, index, { revision })}
      data-soft
      className={`${shape.className} hover:border-accent`}
    >
      {label}
    </a>
  );
}

function nameOf(node: Node | undefined): string {
  if (!node) return "";
  const token = node.top_token === null ? "" : `, top token “${node.top_token}”`;
  return `${node.dictionary.slug} ${node.index}${token}`;
}

function Sign({ dash, stroke, text }: { dash: string | undefined; stroke: string; text: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <svg width="22" height="8" aria-hidden="true">
        <line x2="22" y1="4" y2="4" strokeWidth={3} strokeDasharray={dash} className={stroke} />
      </svg>
      {text}
    </span>
  );
}
