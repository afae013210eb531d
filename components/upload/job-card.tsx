import { formatBytes, formatTime } from "@/lib/format.ts";
import type { JobView } from "@/lib/views.ts";
import { PageHeading } from "../ui/page-heading.tsx";
import { JobProgress } from "./job-progress.tsx";

export function JobCard({ job }: { job: JobView }) {
  const running = job.state === "waiting" || job.state === "running";
  return (
    <div className="max-w-3xl space-y-8">
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
          <>
            {formatBytes(job.bytes)}, received{" "}
            <time dateTime={job.created_at}>{formatTime(job.created_at)}</time>
          </>
        }
      />
      <JobProgress job={job} />
    </div>
  );
}
