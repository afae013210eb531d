import Link from "next/link";
import { dictionaryPath } from "@/lib/routes.ts";
import type { CompareQuery, Comparison, DictionarySummary } from "@/lib/views.ts";
import { ImportMark } from "../dictionary/import-mark.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";
import { ComparedMetrics } from "./compared-metrics.tsx";
import { ComparedSettings } from "./compared-settings.tsx";
import { ComparisonProgress } from "./comparison-progress.tsx";
import { MatchingView } from "./matching-view.tsx";
import { PairForm } from "./pair-form.tsx";

type Props = { comparison: Comparison; query: CompareQuery; dictionaries: DictionarySummary[] };

export function ComparisonPage({ comparison, query, dictionaries }: Props) {
  const { a, b, refusal, job, matching } = comparison;
  const places = a.hook_name !== b.hook_name || a.hook_name_out !== b.hook_name_out;
  return (
    <>
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title={`${a.slug} against ${b.slug}`}
        lead={
          <>
            A is <Named dictionary={a} revision={query.a_revision} />, B is{" "}
            <Named dictionary={b} revision={query.b_revision} />.
          </>
        }
      />
      <div className="mt-6 mb-10">
        <PairForm query={query} dictionaries={dictionaries} />
      </div>
      <div className="space-y-12">
        <div className="grid gap-x-10 gap-y-12 lg:grid-cols-2">
          <Section title="Metrics">
            <ComparedMetrics a={a} b={b} />
          </Section>
          <Section title="Settings that differ">
            <ComparedSettings a={a.config} b={b.config} />
          </Section>
        </div>
        <Section id="features" title="Features">
          {places && refusal === null && (
            <p className="mb-4 max-w-3xl text-ink-2">
              They read different places ({a.hook_name_out ?? a.hook_name} and{" "}
              {b.hook_name_out ?? b.hook_name}): directions are compared as they lie in the same
              coordinates, and what is alike in both may yet mean other things there.
            </p>
          )}
          {refusal !== null ? (
            <p role="note" className="panel px-4 py-3">
              {refusal} Metrics and settings are above.
            </p>
          ) : matching ? (
            <MatchingView matching={matching} comparison={comparison} query={query} />
          ) : (
            <ComparisonProgress job={job} query={query} />
          )}
        </Section>
      </div>
    </>
  );
}

function Named({ dictionary, revision }: { dictionary: DictionarySummary; revision: string }) {
  const { model, slug } = dictionary;
  return (
    <>
      <Link
        href={dictionaryPath(model, slug, { revision })}
        className="link font-mono text-[0.8125rem] text-ink"
      >
        {model}/{slug}
      </Link>{" "}
      <ImportMark imported={dictionary.imported} />
    </>
  );
}
