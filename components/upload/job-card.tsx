import { formatBytes, formatTime } from "@/lib/format.ts";
import { jobApiPath } from "@/lib/routes.ts";
import type { JobView, ModelSummary } from "@/lib/views.ts";
import { ImportQuestion } from "../import/import-question.tsx";
import { ApiForm } from "../ui/api-form.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { JobProgress } from "./job-progress.tsx";

type Props = {
  job: JobView;
  shown: { dictionary: number | null; alternative: number | null };
  models: Pick<ModelSummary, "slug" | "n_layers">[];
  hosted: boolean;
};

export function JobCard({ job, shown, models, hosted }: Props) {
  const running = job.state === "waiting" || job.state === "running";
  const { question } = job;
  const received = (
    <>
      {job.bytes > 0 ? `${formatBytes(job.bytes)}, received` : "asked for"}{" "}
      <time dateTime={job.created_at}>{formatTime(job.created_at)}</time>
    </>
  );
  return (
    <div className={question ? "max-w-5xl space-y-8" : "max-w-3xl space-y-8"}>
      {running && (
        <noscript>
          <meta httpEquiv="refresh" content="3" />
        </noscript>
      )}
      <PageHeading
        crumbs={[
          { href: "/", text: "hub" },
          { href: "/upload", text: "upload" },
        ]}
        title={job.filename}
        lead={
          question ? (
            <>
              {received}. It is a dictionary of another format: see how it is read, complete it, and
              have it imported. The hub then measures it on its own text, makes its pages, and
              refuses a reading that another one beats.
            </>
          ) : (
            received
          )
        }
        actions={(running || question) && <Cancel job={job} />}
      />
      {question ? (
        <ImportQuestion {...{ job, question, shown, models, hosted }} />
      ) : (
        <JobProgress key={job.state === "asking" ? "asking" : "working"} job={job} />
      )}
    </div>
  );
}

function Cancel({ job: { id } }: { job: JobView }) {
  return (
    <ApiForm action={jobApiPath(id, "/cancel")} stay>
      <button
        type="submit"
        className="button noscript:hidden"
        title="Ends the work, and removes what was sent"
      >
        Cancel
      </button>
    </ApiForm>
  );
}
