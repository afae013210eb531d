import Link from "next/link";
import { formatCount } from "@/lib/format.ts";
import { featurePath, featuresApiPath, featuresPath } from "@/lib/routes.ts";
import type { FeatureFigure, FeatureTable } from "@/lib/views.ts";
import type { Chosen } from "../../map/map-board.tsx";
import type { Of } from "../../map/of.ts";
import { useJson } from "../../map/use-json.ts";
import { ScrollTable } from "../../ui/section.tsx";
import { FeatureCells } from "../feature-cells.tsx";
import type { FigureColumn } from "../feature-figures.ts";
import { queryOfChosen } from "./query-of-chosen.ts";

type Props = {
  of: Of;
  chosen: Chosen<FeatureFigure>;
  total: number;
  withDead: boolean;
  figures: FigureColumn[];
  onClear: () => void;
};

const listed = 50;

/** The selected features, the most frequent first, and the way to a table of them all. */
export function FeatureSelection({ of, chosen, total, withDead, figures, onClear }: Props) {
  const { rows } = chosen;
  const { model, dictionary, revision, isPinned } = of;
  const query = {
    ...queryOfChosen(chosen, withDead),
    sort: "density",
    order: "desc",
  };
  return (
    <section aria-label="Selection" aria-live="polite" className="mt-6">
      <div className="mb-3 flex flex-wrap items-baseline gap-x-4 gap-y-1">
        <h3 className="font-serif text-lg">
          {formatCount(rows.length)} of {formatCount(total)} features selected
        </h3>
        <button type="button" onClick={onClear} className="button">
          Clear
        </button>
        {rows.length > 0 && (
          <Link
            href={featuresPath(model, dictionary, { ...query, ...(isPinned && { revision }) })}
            prefetch={false}
            className="link"
          >
            Open them in the table
          </Link>
        )}
      </div>
      {rows.length === 0 ? (
        <p className="text-ink-2">
          There is no feature within. Draw around some, or widen the range.
        </p>
      ) : (
        <SelectedTable
          of={of}
          address={featuresApiPath(model, dictionary, { ...query, per_page: listed, revision })}
          selected={rows.length}
          figures={figures}
        />
      )}
    </section>
  );
}

type TableProps = { of: Of; address: string; selected: number; figures: FigureColumn[] };

function SelectedTable({ of, address, selected, figures }: TableProps) {
  const found = useJson<FeatureTable>(address);
  if (found === null) return <p className="text-ink-2">Reading them…</p>;
  if (typeof found === "string")
    return (
      <p role="alert" className="text-danger">
        {found}
      </p>
    );
  return (
    <>
      <ScrollTable label="Selected features" className="max-h-[32rem] overflow-y-auto">
        <table className="ruled min-w-[66rem]">
          <thead>
            <tr>
              <th scope="col" className="sticky left-0 bg-surface">
                Index
              </th>
              <th scope="col">Top token</th>
              <th scope="col">Label</th>
              {figures.map(({ name, title, formula }) => (
                <th key={name} scope="col" className="figure" title={formula}>
                  {title}
                </th>
              ))}
              <th scope="col">Promotes</th>
            </tr>
          </thead>
          <tbody>
            {found.rows.map((row) => (
              <tr key={row.index}>
                <FeatureCells
                  row={row}
                  figures={figures}
                  href={featurePath(of.model, of.dictionary, row.index, of.isPinned ? of : {})}
                />
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
      {found.rows.length < selected && (
        <p className="mt-2 text-xs text-ink-2">
          Listed are the {found.rows.length} that fire most often.
        </p>
      )}
    </>
  );
}
