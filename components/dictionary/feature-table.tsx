import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { shortQuery } from "@/lib/feature-query.ts";
import { sortTitle } from "@/lib/metrics.ts";
import { featuresPath } from "@/lib/routes.ts";
import type { FeatureQuery, FeatureSort, FeatureTable } from "@/lib/views.ts";
import { MetricTerm } from "../ui/metric-term.tsx";
import { figureColumns } from "./feature-figures.ts";
import { FeatureList } from "./feature-list/feature-list.tsx";

type Props = {
  model: string;
  dictionary: string;
  table: FeatureTable;
  query: FeatureQuery;
  /** the revision that is shown, and the one that the address pins */
  shown: string;
  revision?: string;
};

/** The feature table: its head is drawn here, its rows as one comes near them. */
export function FeatureTableView(props: Props) {
  const { model, dictionary, table, query, shown, revision } = props;
  const { page, ...asked } = shortQuery(query);
  return (
    <FeatureList
      key={JSON.stringify(asked)}
      model={model}
      dictionary={dictionary}
      shown={shown}
      pinned={revision ? { revision } : {}}
      query={asked}
      page={query.page}
      per_page={query.per_page}
      table={table}
      figures={figureColumns}
      columns={
        <colgroup>
          <col className="w-22" />
          <col className="w-32" />
          <col className="w-36" />
          <col className="w-42" />
          <col className="w-34" />
          <col className="w-36" />
          <col className="w-48" />
          <col className="w-34" />
          <col />
        </colgroup>
      }
      head={
        <thead>
          <tr aria-rowindex={1}>
            <SortHeader {...props} sort="index" />
            <SortHeader {...props} sort="top_token" />
            <SortHeader {...props} sort="label" />
            {figureColumns.map(({ name, formula }) => (
              <SortHeader key={name} {...props} sort={name} formula={formula} />
            ))}
            <th scope="col">
              <MetricTerm name="logit_effect">Promotes</MetricTerm>
            </th>
          </tr>
        </thead>
      }
    />
  );
}

type SortProps = Props & { sort: FeatureSort; formula?: string };

/** words and places are read from their beginning, figures from their largest */
const ascending: FeatureSort[] = ["index", "label", "top_token"];

/** Sorts by its column; on the column that sorts already, turns the order round. */
function SortHeader({ model, dictionary, query, revision, sort, formula }: SortProps) {
  const current = query.sort === sort;
  const first = ascending.includes(sort) ? "asc" : "desc";
  const order = current ? (query.order === "asc" ? "desc" : "asc") : first;
  const href = featuresPath(model, dictionary, {
    ...shortQuery({ ...query, sort, order, page: 1 }),
    revision,
  });
  const Arrow = (current ? query.order : first) === "asc" ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      aria-sort={current ? (query.order === "asc" ? "ascending" : "descending") : "none"}
      className={ascending.includes(sort) ? undefined : "figure"}
    >
      <Link
        href={href}
        prefetch={false}
        scroll={false}
        title={formula}
        className="inline-flex items-center gap-1 hover:text-accent"
      >
        {sortTitle(sort)}
        <Arrow aria-hidden="true" size={13} className={current ? "text-accent" : "text-ink-3"} />
      </Link>
    </th>
  );
}
