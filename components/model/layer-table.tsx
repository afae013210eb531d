import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { layerValues, metrics } from "trainer/bundle";
import { formatMetric } from "@/lib/metrics.ts";
import { type ModelQuery, modelQuery } from "@/lib/model-query.ts";
import { dictionaryPath, modelPath } from "@/lib/routes.ts";
import { saidQuery } from "@/lib/search-params.ts";
import { ScrollTable } from "../ui/section.tsx";
import { type LayerRow, sortedRows } from "./describe-layers.ts";

const columns = Object.keys(layerValues.shape) as (keyof typeof layerValues.shape)[];

type Props = {
  rows: readonly LayerRow[];
  model: string;
  /** names of the dictionaries that this hub has */
  there: ReadonlySet<string>;
  query: ModelQuery;
};

/** A dictionary at each hook, a row each; a column's title sorts by it. */
export function LayerTable({ rows, model, there, query }: Props) {
  return (
    <ScrollTable label="Metrics layer by layer">
      <table className="ruled">
        <thead>
          <tr>
            {(["hook", ...columns] as const).map((sort) => (
              <SortHeader key={sort} model={model} query={query} sort={sort} />
            ))}
            <th scope="col">Dictionary</th>
          </tr>
        </thead>
        <tbody>
          {sortedRows(rows, query).map(({ name, hook_name, values }) => (
            <tr key={name}>
              <th
                scope="row"
                className="sticky left-0 bg-surface font-mono text-[0.8125rem] whitespace-nowrap"
              >
                {hook_name.replace("blocks.", "")}
              </th>
              {columns.map((metric) => (
                <td key={metric} className="figure">
                  {formatMetric(metric, values[metric] ?? undefined)}
                </td>
              ))}
              <td className="font-mono text-[0.8125rem] whitespace-nowrap">
                {there.has(name) ? (
                  <Link href={dictionaryPath(model, name)} className="link">
                    {name}
                  </Link>
                ) : (
                  <span title="not on this hub" className="text-ink-2">
                    {name}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

type SortProps = { model: string; query: ModelQuery; sort: ModelQuery["sort"] };

/** Sorts by its column; on the column that sorts already, turns the order round. */
function SortHeader({ model, query, sort }: SortProps) {
  const current = query.sort === sort;
  const metric = sort === "hook" ? null : metrics[sort];
  const first = metric?.better === "higher" || sort === "hook" ? "asc" : "desc"; // the worst first
  const order = current ? (query.order === "asc" ? "desc" : "asc") : first;
  const Arrow = (current ? query.order : first) === "asc" ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      aria-sort={current ? (query.order === "asc" ? "ascending" : "descending") : "none"}
      className={sort === "hook" ? "sticky left-0 bg-surface" : "figure"}
    >
      <Link
        href={`${modelPath(model, saidQuery(modelQuery, { ...query, sort, order }))}#layers`}
        prefetch={false}
        scroll={false}
        title={metric?.formula}
        className="inline-flex items-center gap-1 hover:text-accent"
      >
        {metric?.title ?? "Hook"}
        <Arrow aria-hidden="true" size={13} className={current ? "text-accent" : "text-ink-3"} />
      </Link>
    </th>
  );
}
