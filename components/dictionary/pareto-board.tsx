import { metrics as table } from "trainer/bundle";
import { formatCount } from "@/lib/format.ts";
import { formatMetric } from "@/lib/metrics.ts";
import { filtered, type ParetoQuery, paretoMetrics } from "@/lib/pareto-query.ts";
import { dictionaryPath } from "@/lib/routes.ts";
import type { DictionarySummary } from "@/lib/views.ts";
import { Front, type MarkedPoint } from "../plots/front.tsx";
import type { FrontAxis } from "../plots/front-layout.ts";
import { MetricTerm } from "../ui/metric-term.tsx";
import { architectureText, sizeText } from "./describe.ts";
import { MarkKey, markOf, marksOf } from "./marks.tsx";
import { ParetoFilters } from "./pareto-filters.tsx";
import { ParetoSwitches } from "./pareto-switches.tsx";

export type Board = {
  /** all that the page has, of which the query's filters let some pass */
  dictionaries: DictionarySummary[];
  query: ParetoQuery;
  /** the page's address, and what else its query says */
  path: string;
  others?: Record<string, string>;
  ofOneModel?: boolean;
};

const axes: Record<ParetoQuery["y"], FrontAxis> = {
  ce_loss_recovered: { kind: "linear", better: "higher", end: 1 },
  ce_diff: { kind: "log", better: "lower" },
  fvu: { kind: "log", better: "lower" },
};

/** Dictionaries by how sparse they are and what that costs; what is drawn stands in the address. */
export function ParetoBoard(board: Board) {
  const { query, dictionaries } = board;
  const shown = filtered(dictionaries, query);
  const marks = marksOf(shown, query.by);
  const points = shown.map((dictionary) => toPoint(dictionary, query));
  const placed = points.filter(({ l0, value }) => hasPlace(l0, value, axes[query.y])).length;
  return (
    <div className="panel p-4">
      <div className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <ParetoSwitches {...board} />
        <ParetoFilters {...board} />
      </div>
      {placed === 0 ? (
        <p className="py-16 text-center text-ink-2">
          No dictionary with these filters has both numbers. Choose others, or reset them.
        </p>
      ) : (
        <>
          <Front
            points={points}
            marks={marks}
            axis={axes[query.y]}
            label={`Dictionaries by L0 and ${table[query.y].title}; the same numbers stand in the table`}
            yTitle={titleOf(query.y)}
          />
          <div className="mt-3 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2 border-t border-line pt-3">
            <MarkKey marks={marks} />
            <p className="text-xs text-ink-2">
              {countText(placed, dictionaries.length)}. Formulas:{" "}
              {(["l0", ...paretoMetrics] as const).map((name, i) => (
                <span key={name}>
                  {i > 0 && ", "}
                  <MetricTerm name={name} />
                </span>
              ))}
              . Dashed: what no other is sparser and better than.
            </p>
          </div>
        </>
      )}
    </div>
  );
}

function toPoint(dictionary: DictionarySummary, { y, by }: ParetoQuery): MarkedPoint {
  const { model, slug, hook_name, metrics } = dictionary;
  const figures = (["l0", ...paretoMetrics, "dead_fraction"] as const).map(
    (name) => `${table[name].title} ${formatMetric(name, metrics[name])}`,
  );
  return {
    key: `${model}/${slug}`,
    l0: metrics.l0,
    value: metrics[y],
    name: slug,
    href: dictionaryPath(model, slug),
    title: [
      `${model}/${slug}`,
      `${architectureText(dictionary)} at ${hook_name}`,
      sizeText(dictionary),
      ...figures,
    ].join("\n"),
    mark: markOf(dictionary, by),
  };
}

function hasPlace(l0: number, value: number, { kind }: FrontAxis): boolean {
  return l0 > 0 && Number.isFinite(value) && (kind !== "log" || value > 0);
}

function titleOf(name: ParetoQuery["y"]): string {
  const metric = table[name];
  return "unit" in metric && metric.unit === "nats" ? `${metric.title}, nats` : metric.title;
}

function countText(placed: number, all: number): string {
  return placed === all
    ? `${formatCount(all)} drawn`
    : `${formatCount(placed)} of ${formatCount(all)} drawn`;
}
