import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { datapointFigures } from "trainer/bundle";
import { shortDatapointQuery } from "@/lib/datapoint-query.ts";
import { datapointPath, datapointsPath } from "@/lib/routes.ts";
import type { DatapointQuery, DatapointRow, DatapointSort } from "@/lib/views.ts";
import { ScrollTable } from "../ui/section.tsx";
import { sortTitle } from "./datapoint-filters.tsx";
import { formatFigure } from "./figure-term.tsx";
import { originText } from "./origins.ts";
import { shadeRange } from "./shade.ts";
import { Snippet } from "./snippet.tsx";

type Props = {
  model: string;
  dictionary: string;
  rows: DatapointRow[];
  query: DatapointQuery;
  /** set when the address pins one */
  revision?: string;
};

const figures = ["ce_clean", "squared_error", "norm_x", "l0", "position"] as const;

export function DatapointTableView(props: Props) {
  const { model, dictionary, rows, revision } = props;
  const range = shadeRange(rows.map((row) => row.ce_diff));
  return (
    <ScrollTable label="Datapoints">
      <table className="ruled">
        <thead>
          <tr>
            <SortHeader {...props} sort="ce_diff" />
            <th scope="col" className="text-center!">
              In its text
            </th>
            {figures.map((sort) => (
              <SortHeader key={sort} {...props} sort={sort} />
            ))}
            <th scope="col">Why it is here</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const href = datapointPath(model, dictionary, row, revision ? { revision } : {});
            return (
              <tr key={`${row.context} ${row.position}`}>
                <th scope="row" className="figure sticky left-0 bg-surface">
                  <Link href={href} prefetch={false} className="link font-medium">
                    {formatFigure("ce_diff", row.ce_diff)}
                  </Link>
                </th>
                <td className="w-full max-w-0 min-w-[22rem]">
                  <Snippet row={row} href={href} range={range} />
                </td>
                {figures.map((name) => (
                  <td key={name} className="figure">
                    {name === "position" ? row.position : formatFigure(name, row[name])}
                  </td>
                ))}
                <td className="text-[0.8125rem] whitespace-nowrap text-ink-2">
                  {originText[row.origin]}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollTable>
  );
}

type SortProps = Props & { sort: DatapointSort };

/** Sorts by its column; on the column that sorts already, turns the order round. */
function SortHeader({ model, dictionary, query, revision, sort }: SortProps) {
  const current = query.sort === sort;
  const order = current && query.order === "desc" ? "asc" : "desc";
  const bounds = current ? {} : { min: null, max: null }; // they are of what is sorted by
  const next = { ...query, ...bounds, sort, order, page: 1 } as const;
  const href = datapointsPath(model, dictionary, {
    ...shortDatapointQuery(next),
    revision,
  });
  const Arrow = current && query.order === "asc" ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      aria-sort={current ? (query.order === "asc" ? "ascending" : "descending") : "none"}
      className={sort === "ce_diff" ? "figure sticky left-0 bg-surface" : "figure"}
    >
      <Link
        href={href}
        prefetch={false}
        title={sort === "position" ? undefined : datapointFigures[sort].formula}
        className="inline-flex items-center gap-1 hover:text-accent"
      >
        {sortTitle(sort)}
        <Arrow aria-hidden="true" size={13} className={current ? "text-accent" : "text-ink-3"} />
      </Link>
    </th>
  );
}
