import Link from "next/link";
import { formatCount } from "@/lib/format.ts";
import { type HomeQuery, homeQuery } from "@/lib/home-query.ts";
import { filtered } from "@/lib/pareto-query.ts";
import { discussionsPath } from "@/lib/routes.ts";
import { saidQuery } from "@/lib/search-params.ts";
import type { DictionarySummary, DiscussionSummary, ModelSummary } from "@/lib/views.ts";
import { DiscussionList } from "../community/discussion-list.tsx";
import { DictionaryTable } from "../dictionary/dictionary-table.tsx";
import { ParetoBoard } from "../dictionary/pareto-board.tsx";
import { Section } from "../ui/section.tsx";
import { Hero } from "./hero.tsx";
import { ModelList } from "./model-list.tsx";
import { NewestUploads } from "./newest-uploads.tsx";

/** So many rows say enough of a plot; the others are asked for. */
const ROWS = 50;

type Props = {
  models: ModelSummary[];
  dictionaries: DictionarySummary[];
  query: HomeQuery;
  /** those that somebody wrote in last */
  discussions: DiscussionSummary[];
};

export function Hub({ models, dictionaries, query, discussions }: Props) {
  const shown = filtered(dictionaries, query);
  const rows = query.table === "all" ? shown : shown.slice(0, ROWS);
  return (
    <div className="space-y-12">
      <Hero />
      <Section id="pareto" title="Sparsity against what it costs">
        <ParetoBoard
          dictionaries={dictionaries}
          query={query}
          path="/"
          others={query.table === "all" ? { table: "all" } : {}}
        />
      </Section>
      <div className="grid gap-x-10 gap-y-12 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Section title="Models" aside={formatCount(models.length)}>
          <ModelList models={models} dictionaries={dictionaries} />
        </Section>
        <div className="space-y-12">
          <Section title="Newest uploads">
            <NewestUploads dictionaries={dictionaries} />
          </Section>
          {discussions.length > 0 && (
            <Section
              title="Newest discussions"
              aside={
                <Link href={discussionsPath} className="link">
                  All
                </Link>
              }
            >
              <DiscussionList
                discussions={discussions.map((discussion) => ({
                  discussion,
                  href: discussion.address,
                }))}
              />
            </Section>
          )}
        </div>
      </div>
      <Section
        id="dictionaries"
        title="Dictionaries"
        aside={
          shown.length < dictionaries.length
            ? `${formatCount(shown.length)} of ${formatCount(dictionaries.length)} pass the filters above`
            : `${formatCount(dictionaries.length)} in all`
        }
      >
        <DictionaryTable dictionaries={rows} />
        {rows.length < shown.length && (
          <p className="mt-3">
            <Link
              href={`/?${new URLSearchParams(saidQuery(homeQuery, { ...query, table: "all" }))}#dictionaries`}
              prefetch={false}
              className="link"
            >
              Show all {formatCount(shown.length)}
            </Link>
          </p>
        )}
      </Section>
    </div>
  );
}
