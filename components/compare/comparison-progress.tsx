import { shortCompare } from "@/lib/compare-query.ts";
import { comparisonsApiPath } from "@/lib/routes.ts";
import type { CompareQuery, Comparison } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { WorkProgress } from "../ui/work-progress.tsx";
import { AwaitComparison } from "./await-comparison.tsx";

type Props = { job: Comparison["job"]; query: CompareQuery };

/** Before there is a result: who may asks for it, and then all wait for it. */
export function ComparisonProgress({ job, query }: Props) {
  if (job === null || job.state === "failed") return <Ask job={job} query={query} />;
  return (
    <div className="panel p-6">
      <WorkProgress job={job} step="Comparing every pair of features" />
      <p className="mt-4 text-xs text-ink-2">
        This page shows the result as soon as it is there, and from then on at once.
      </p>
      <AwaitComparison watch={comparisonsApiPath(shortCompare(query))} shown={job} />
    </div>
  );
}

function Ask({ job, query }: Props) {
  const { a, b, a_revision, b_revision } = query;
  return (
    <div className="panel p-6">
      {job?.error && (
        <p role="alert" className="mb-3 text-danger">
          The last attempt failed: {job.error}
        </p>
      )}
      <p className="mb-4 max-w-3xl text-ink-2">
        Nobody has compared these two yet. It takes a worker some seconds to a few minutes, once.
      </p>
      <ApiForm action={comparisonsApiPath()} stay>
        {Object.entries({ a, b, a_revision, b_revision }).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <button type="submit" className="button">
          Compare their features
        </button>
      </ApiForm>
      <noscript>
        <p className="mt-2 text-xs text-ink-2">Asking for it takes JavaScript.</p>
      </noscript>
    </div>
  );
}
