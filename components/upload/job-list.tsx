import Link from "next/link";
import { formatTime } from "@/lib/format.ts";
import { jobPath } from "@/lib/routes.ts";
import type { JobSummary } from "@/lib/views.ts";

/** Uploads that are not finished, each with what it waits for. */
export function JobList({ jobs }: { jobs: JobSummary[] }) {
  return (
    <ul className="panel divide-y divide-line px-4 py-1">
      {jobs.map((job) => (
        <li key={job.id} className="flex flex-wrap justify-between gap-x-4 py-1.5">
          <Link
            href={jobPath(job.id)}
            className="link min-w-0 font-mono text-[0.8125rem] break-all"
          >
            {job.filename}
          </Link>
          <span className="text-xs text-ink-2">
            {stateText(job)}, <time dateTime={job.created_at}>{formatTime(job.created_at)}</time>
          </span>
        </li>
      ))}
    </ul>
  );
}

function stateText({ state, step }: JobSummary): string {
  if (state === "asking") return "asks how it is read";
  return state === "waiting" ? "waits for a worker" : step || "being taken in";
}
