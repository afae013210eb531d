import Link from "next/link";
import type { ReactNode } from "react";
import { shortCompare } from "@/lib/compare-query.ts";
import { formatCount, formatNumber } from "@/lib/format.ts";
import { comparePath } from "@/lib/routes.ts";
import type { CompareQuery, Comparison, Matching } from "@/lib/views.ts";
import { Pager } from "../dictionary/pager.tsx";
import { Histogram } from "../plots/histogram.tsx";
import { Field } from "../ui/field.tsx";
import { MatchTable } from "./match-table.tsx";

type Props = { matching: Matching; comparison: Comparison; query: CompareQuery };

const mmcs =
  "Mean max cosine similarity (Sharkey et al. 2022): the mean over one's features of the largest cosine between its decoder row and any of the other's";

/** How much of either is in the other, and which features are. */
export function MatchingView({ matching, comparison, query }: Props) {
  const { a, b } = comparison;
  const shows = [
    { show: "matches", text: "Pairs", count: matching.pairs },
    { show: "only_a", text: "Only in A", count: matching.only_a },
    { show: "only_b", text: "Only in B", count: matching.only_b },
  ] as const;
  return (
    <>
      <dl className="panel grid grid-cols-2 gap-px overflow-hidden bg-line lg:grid-cols-4">
        <Figure
          term={
            <a href="#mmcs" title={mmcs} className="hint">
              MMCS, A in B
            </a>
          }
        >
          {formatNumber(matching.mmcs_a, 3)}
        </Figure>
        <Figure
          term={
            <a href="#mmcs" title={mmcs} className="hint">
              MMCS, B in A
            </a>
          }
        >
          {formatNumber(matching.mmcs_b, 3)}
        </Figure>
        <Figure term={`pairs with a cosine of at least ${query.threshold}`}>
          {formatCount(matching.alike)}
          <Of whole={matching.pairs} />
        </Figure>
        <Figure term="only in A, only in B">
          {formatCount(matching.only_a)}
          <Of whole={a.d_sae} />
          <span className="mx-2 text-ink-3">·</span>
          {formatCount(matching.only_b)}
          <Of whole={b.d_sae} />
        </Figure>
      </dl>
      <div className="mt-6 grid gap-6 md:grid-cols-2">
        {(["a", "b"] as const).map((side) => (
          <div key={side} className="panel p-4">
            <Histogram
              bins={{ counts: matching[`bins_${side}`], min: -1, max: 1 }}
              label={`features of ${side.toUpperCase()} by their largest cosine with the other's`}
              xTitle={`largest cosine of a feature of ${side.toUpperCase()}`}
              yTitle="features (log)"
              unit="features with a largest cosine"
            />
          </div>
        ))}
      </div>
      <form action={comparePath({})} className="mt-6 flex flex-wrap items-end gap-3">
        {Object.entries(shortCompare({ ...query, page: 1, threshold: 0.5 })).map(
          ([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ),
        )}
        <Field label="Alike from a cosine of">
          <input
            name="threshold"
            key={query.threshold}
            defaultValue={query.threshold}
            inputMode="decimal"
            pattern="-?[0-9]*\.?[0-9]*"
            className="field w-20 font-mono"
          />
        </Field>
        <button type="submit" className="button">
          Apply
        </button>
        <nav aria-label="Features" className="ml-auto flex flex-wrap gap-x-5">
          {shows.map(({ show, text, count }) => (
            <Link
              key={show}
              href={`${comparePath(shortCompare({ ...query, show, page: 1 }))}#features`}
              aria-current={show === query.show ? "true" : undefined}
              className="border-b-2 border-transparent py-1.5 text-ink-2 hover:text-ink aria-[current=true]:border-accent aria-[current=true]:text-ink"
            >
              {text} <span className="tabular-nums">{formatCount(count)}</span>
            </Link>
          ))}
        </nav>
      </form>
      <div className="mt-3 space-y-4">
        <MatchTable rows={matching.rows} comparison={comparison} query={query} />
        <Pager
          query={{ page: query.page, per_page: 50 }}
          total={matching.total}
          hrefOf={(page) => `${comparePath(shortCompare({ ...query, page }))}#features`}
        />
      </div>
      <p className="mt-4 max-w-3xl text-xs text-pretty text-ink-2">
        Pairs are one to one: of all pairs in which one feature is among the eight nearest of the
        other, that with the largest cosine is taken first, then the largest of those whose features
        are both left, and so on. The best assignment as a whole would take time of the third power
        of the features. Cosines are of decoder rows, dead features among them; opposite directions
        are not alike. <span id="mmcs">MMCS: {mmcs}.</span>
      </p>
    </>
  );
}

function Figure({ term, children }: { term: ReactNode; children: ReactNode }) {
  return (
    <div className="bg-surface px-4 py-4">
      <dt className="eyebrow">{term}</dt>
      <dd className="mt-1 font-serif text-2xl tracking-tight tabular-nums">{children}</dd>
    </div>
  );
}

function Of({ whole }: { whole: number }) {
  return <span className="font-sans text-xs text-ink-2"> of {formatCount(whole)}</span>;
}
