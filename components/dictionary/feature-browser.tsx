import { shortQuery } from "@/lib/feature-query.ts";
import { featuresPath } from "@/lib/routes.ts";
import type { DictionarySummary, FeatureQuery, FeatureTable } from "@/lib/views.ts";
import { DictionaryHeading } from "./dictionary-heading.tsx";
import { FeatureFilters } from "./feature-filters.tsx";
import { FeatureMap } from "./feature-map/feature-map.tsx";
import { FeatureTableView } from "./feature-table.tsx";
import { Pager } from "./pager.tsx";
import { RevisionNotice } from "./revision-notice.tsx";

type Props = {
  dictionary: DictionarySummary;
  table: FeatureTable;
  query: FeatureQuery;
  pinned: { revision?: string };
};

export function FeatureBrowser({ dictionary, table, query, pinned }: Props) {
  const { model, slug, revision } = dictionary;
  const shared = { model, dictionary: slug, query, ...pinned };
  const pager = (
    <div className="hidden noscript:block">
      <Pager
        query={query}
        total={table.total}
        hrefOf={(page) =>
          featuresPath(model, slug, { ...shortQuery({ ...query, page }), ...pinned })
        }
      />
    </div>
  );
  return (
    <>
      {pinned.revision && (
        <RevisionNotice revision={revision} newestHref={featuresPath(model, slug)} />
      )}
      <DictionaryHeading dictionary={dictionary} pinned={pinned} current="features" />
      <h2 className="sr-only">Features</h2>
      <div className="space-y-14">
        <div className="space-y-4">
          <FeatureFilters key={JSON.stringify(query)} {...shared} />
          {pager}
          {table.total > 0 ? (
            <FeatureTableView {...shared} shown={revision} table={table} />
          ) : (
            <p className="panel px-6 py-10 text-center text-ink-2">
              No feature is like that. Widen the filters, or reset them.
            </p>
          )}
        </div>
        <FeatureMap dictionary={dictionary} pinned={pinned} />
      </div>
    </>
  );
}
