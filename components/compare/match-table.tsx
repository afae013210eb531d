import Link from "next/link";
import { formatStatistic } from "@/lib/metrics.ts";
import { featurePath } from "@/lib/routes.ts";
import type {
  ComparedDictionary,
  ComparedFeature,
  CompareQuery,
  Comparison,
  Matching,
} from "@/lib/views.ts";
import { MetricTerm } from "../ui/metric-term.tsx";
import { ScrollTable } from "../ui/section.tsx";
import { TokenChip } from "../ui/token.tsx";

type Props = { rows: Matching["rows"]; comparison: Comparison; query: CompareQuery };

/** Features of both beside one another, with the cosine between them. */
export function MatchTable({ rows, comparison, query }: Props) {
  const { a, b } = comparison;
  if (rows.length === 0)
    return (
      <p className="panel px-6 py-10 text-center text-ink-2">
        {query.show === "matches" ? "There are no pairs." : "None: each has something like it."}
      </p>
    );
  return (
    <ScrollTable label="Features of both">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col" className="figure">
              {query.show === "matches" ? "Cosine" : "Largest cosine"}
            </th>
            {(["A", "B"] as const).flatMap((side) => [
              <th key={`${side}f`} scope="col" className="figure">
                {side}
              </th>,
              <th key={`${side}t`} scope="col">
                Top token
              </th>,
              <th key={`${side}d`} scope="col" className="figure">
                <MetricTerm name="density">Density</MetricTerm>
              </th>,
            ])}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.a?.index} ${row.b?.index}`}>
              <td className="figure">{formatStatistic("nearest_cosine", row.cosine)}</td>
              <FeatureCells feature={row.a} of={a} revision={query.a_revision} />
              <FeatureCells feature={row.b} of={b} revision={query.b_revision} />
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

type CellsProps = { feature: ComparedFeature | null; of: ComparedDictionary; revision: string };

function FeatureCells({ feature, of, revision }: CellsProps) {
  if (!feature) return <td colSpan={3}>–</td>;
  const { index, top_token, density } = feature;
  return (
    <>
      <td className="figure">
        <Link
          href={featurePath(of.model, of.slug, index, { revision })}
          prefetch={false}
          className="link"
        >
          {index}
        </Link>
      </td>
      <td className="max-w-48 truncate">
        {top_token === null ? (
          <span className="text-ink-2">dead</span>
        ) : (
          <TokenChip token={top_token} />
        )}
      </td>
      <td className="figure">{formatStatistic("density", density)}</td>
    </>
  );
}
