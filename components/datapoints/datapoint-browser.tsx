import Link from "next/link";
import { experiments } from "trainer/bundle";
import { shortDatapointQuery } from "@/lib/datapoint-query.ts";
import { datapointsPath, metricsPath } from "@/lib/routes.ts";
import type { DatapointQuery, DatapointTable, DictionaryView } from "@/lib/views.ts";
import { DictionaryHeading } from "../dictionary/dictionary-heading.tsx";
import { Pager } from "../dictionary/pager.tsx";
import { RevisionNotice } from "../dictionary/revision-notice.tsx";
import { Command } from "../run/command.tsx";
import { Section } from "../ui/section.tsx";
import { DatapointFilters } from "./datapoint-filters.tsx";
import { DatapointTableView } from "./datapoint-table.tsx";
import { Distribution } from "./distribution.tsx";
import { DatapointMap } from "./map/datapoint-map.tsx";

type Props = {
  dictionary: DictionaryView;
  table: DatapointTable;
  query: DatapointQuery;
  pinned: { revision?: string };
};

/** Where the dictionary succeeds and fails, token by token. */
export function DatapointBrowser({ dictionary, table, query, pinned }: Props) {
  const { model, slug, revision, evaluation } = dictionary;
  const section = evaluation.experiments.ce_diff;
  return (
    <>
      {pinned.revision && (
        <RevisionNotice revision={revision} newestHref={datapointsPath(model, slug)} />
      )}
      <DictionaryHeading dictionary={dictionary} pinned={pinned} current="datapoints" />
      <div className="space-y-14">
        {section ? (
          <Section
            id="ce_diff"
            title={experiments.ce_diff.title}
            aside={
              <a
                href={`${metricsPath}#ce_diff`}
                title={experiments.ce_diff.formula}
                className="hint"
              >
                how it is computed
              </a>
            }
          >
            <p className="mb-3 text-ink-2">{experiments.ce_diff.question}</p>
            <Distribution section={section} />
          </Section>
        ) : (
          <NotMeasured />
        )}
        <DatapointMap dictionary={dictionary} pinned={pinned} />
        <Table dictionary={dictionary} table={table} query={query} pinned={pinned} />
      </div>
    </>
  );
}

function Table({ dictionary: { model, slug }, table, query, pinned }: Props) {
  const hrefOf = (other: Partial<DatapointQuery>) =>
    datapointsPath(model, slug, {
      ...shortDatapointQuery({ ...query, ...other }),
      ...pinned,
    });
  const shared = { model, dictionary: slug, query, ...pinned };
  const pager = <Pager query={query} total={table.total} hrefOf={(page) => hrefOf({ page })} />;
  const byCeDiff = { sort: "ce_diff", page: 1, min: null, max: null } as const;
  const ends = [
    { text: "the worst", order: "desc" },
    { text: "the best", order: "asc" },
  ] as const;
  return (
    <Section
      id="datapoints"
      title="In their text"
      aside={
        <nav aria-label="By CE-diff" className="flex gap-4">
          {ends.map(({ text, order }) => (
            <Link
              key={order}
              href={hrefOf({ ...byCeDiff, order })}
              aria-current={query.sort === "ce_diff" && query.order === order ? "page" : undefined}
              className="link aria-[current=page]:font-medium aria-[current=page]:text-ink"
            >
              {text}
            </Link>
          ))}
        </nav>
      }
    >
      <div className="space-y-5">
        <DatapointFilters key={JSON.stringify(query)} {...shared} />
        {pager}
        {table.rows.length > 0 ? (
          <>
            <DatapointTableView {...shared} rows={table.rows} />
            {pager}
          </>
        ) : (
          <p className="panel px-6 py-10 text-center text-ink-2">
            No datapoint is like that. Widen the filters, or reset them.
          </p>
        )}
      </div>
    </Section>
  );
}

function NotMeasured() {
  return (
    <div className="panel px-6 py-10 text-center">
      <h2 className="font-serif text-2xl tracking-tight">Not measured yet</h2>
      <p className="mx-auto mt-2 max-w-xl text-ink-2">
        How CE-diff is distributed, what is active where the dictionary fails and what it does along
        a whole text is found by <Command>npx trainer {experiments.ce_diff.command}</Command> on the
        folder of the run, whose bundle is then uploaded again.
      </p>
    </div>
  );
}
