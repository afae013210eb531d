import { ArrowDown, ArrowUp } from "lucide-react";
import Link from "next/link";
import { featureStatistics } from "trainer/bundle";
import { shortQuery } from "@/lib/feature-query.ts";
import { formatStatistic, sortTitle } from "@/lib/metrics.ts";
import { featurePath, featuresPath } from "@/lib/routes.ts";
import type { FeatureQuery, FeatureRow, FeatureSort, FeatureTable } from "@/lib/views.ts";
import { MetricTerm } from "../ui/metric-term.tsx";
import { ScrollTable } from "../ui/section.tsx";
import { TokenChip } from "../ui/token.tsx";

type Props = {
  model: string;
  dictionary: string;
  table: FeatureTable;
  query: FeatureQuery;
  /** set when the address pins one */
  revision?: string;
};

const figures = [
  "density",
  "max_activation",
  "nearest_cosine",
  "encoder_decoder_cosine",
] as const satisfies FeatureSort[];

export function FeatureTableView(props: Props) {
  const { table, revision } = props;
  const pinned = revision ? { revision } : {};
  return (
    <ScrollTable label="Features">
      <table className="ruled">
        <thead>
          <tr>
            <SortHeader {...props} sort="index" />
            <th scope="col">Top token</th>
            {figures.map((sort) => (
              <SortHeader key={sort} {...props} sort={sort} />
            ))}
            <th scope="col">
              <MetricTerm name="logit_effect">Promotes</MetricTerm>
            </th>
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <Row
              key={row.index}
              row={row}
              href={featurePath(props.model, props.dictionary, row.index, pinned)}
            />
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

function Row({ row, href }: { row: FeatureRow; href: string }) {
  return (
    <tr>
      <th scope="row" className="sticky left-0 bg-surface">
        <Link href={href} prefetch={false} className="link font-mono text-[0.8125rem] font-medium">
          {row.index}
        </Link>
      </th>
      <td>
        {row.top_token === null ? (
          <span className="text-ink-2">dead</span>
        ) : (
          <TokenChip token={row.top_token} />
        )}
      </td>
      {figures.map((name) => (
        <td key={name} className={`figure ${row.top_token === null ? "text-ink-2" : ""}`}>
          {name === "density" && <DensityBar density={row.density} />}
          {formatStatistic(name, row[name])}
        </td>
      ))}
      <td className="max-w-md min-w-64 truncate text-[0.8125rem]">
        {row.promoted.slice(0, 6).map((token, rank) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two tokens may have one text; ranks do not move
          <span key={rank} className="mr-1">
            <TokenChip token={token} />
          </span>
        ))}
      </td>
    </tr>
  );
}

/** Density at a glance: six decades from left to right. */
function DensityBar({ density }: { density: number }) {
  const share = density > 0 ? Math.max(0.02, 1 + Math.log10(density) / 6) : 0;
  return (
    <span
      aria-hidden="true"
      className="mr-2.5 inline-block h-1.5 w-16 rounded-full bg-sunken align-middle max-md:hidden"
    >
      <span
        className="block h-full rounded-full bg-positive"
        style={{ width: `${share * 100}%` }}
      />
    </span>
  );
}

type SortProps = Props & { sort: FeatureSort };

/** Sorts by its column; on the column that sorts already, turns the order round. */
function SortHeader({ model, dictionary, query, revision, sort }: SortProps) {
  const current = query.sort === sort;
  const first = sort === "index" ? "asc" : "desc";
  const order = current ? (query.order === "asc" ? "desc" : "asc") : first;
  const href = featuresPath(model, dictionary, {
    ...shortQuery({ ...query, sort, order, page: 1 }),
    revision,
  });
  const Arrow = (current ? query.order : first) === "asc" ? ArrowUp : ArrowDown;
  const formula =
    sort === "index" || sort === "top_token" ? undefined : featureStatistics[sort].formula;
  return (
    <th
      scope="col"
      aria-sort={current ? (query.order === "asc" ? "ascending" : "descending") : "none"}
      className={sort === "index" ? "sticky left-0 bg-surface" : "figure"}
    >
      <Link
        href={href}
        prefetch={false}
        title={formula}
        className="inline-flex items-center gap-1 hover:text-accent"
      >
        {sortTitle(sort)}
        <Arrow aria-hidden="true" size={13} className={current ? "text-accent" : "text-ink-3"} />
      </Link>
    </th>
  );
}
