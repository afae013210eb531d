"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { formatBytes, formatCount, formatDuration, formatShort } from "@/lib/format.ts";
import { jobApiPath, uploadPath } from "@/lib/routes.ts";
import type { JobView } from "@/lib/views.ts";
import { WorkProgress } from "../ui/work-progress.tsx";

const every = 700; // ms between two looks

/** Follows a job until it ends; when it ends well under the reader's eyes, goes to what it made. */
export function JobProgress({ job: first }: { job: JobView }) {
  const router = useRouter();
  const [job, setJob] = useState(first);
  const over = job.state !== "waiting" && job.state !== "running";
  useEffect(() => {
    if (over) return;
    let stopped = false;
    const look = async () => {
      const seen = await readJob(first.id);
      if (stopped) return;
      if (seen) setJob(seen);
      if (seen?.state === "done" && seen.result) router.push(seen.result);
      if (seen?.state === "asking") router.refresh();
    };
    const timer = setInterval(() => void look(), every);
    return () => {
      stopped = true;
      clearInterval(timer);
    };
  }, [over, first.id, router]);

  if (job.state === "failed") return <Failed job={job} />;
  if (job.state === "done") return <Done result={job.result} />;
  return (
    <div className="panel p-6">
      <WorkProgress job={job} step={stepText(job)} />
      <Pace job={job} />
    </div>
  );
}

/** What is done just now; before the first word of it, what it will be. */
function stepText({ step, work }: JobView): string {
  return step || { ingest: "taking it in", inspect: "looking into it", import: "importing" }[work];
}

/** How fast it is, and how long that takes. */
function Pace({ job: { done, total, unit, rate } }: { job: JobView }) {
  if (rate === null || total === 0) return null;
  const [amount, speed] =
    unit === "bytes"
      ? [`${formatBytes(done)} of ${formatBytes(total)}`, formatBytes(rate)]
      : [`${formatCount(done)} of ${formatCount(total)} ${unit}`, formatShort(rate)];
  return (
    <p className="mt-2 flex flex-wrap justify-between gap-x-4 font-mono text-xs text-ink-2 tabular-nums">
      <span>{amount}</span>
      <span>
        {speed}
        {unit === "bytes" ? "" : ` ${unit}`}/s, {formatDuration((total - done) / rate)} left
      </span>
    </p>
  );
}

function Failed({ job: { error: reason, work } }: { job: JobView }) {
  const title =
    reason === "cancelled"
      ? "It was cancelled"
      : work === "ingest"
        ? "The bundle was refused"
        : "What was sent was refused";
  return (
    <div role="alert" className="rounded-md border border-danger bg-surface p-6">
      <h2 className="font-serif text-2xl tracking-tight text-danger">{title}</h2>
      <p className="mt-2 font-mono text-[0.8125rem] break-words whitespace-pre-wrap">
        {reason ?? "no reason was given"}
      </p>
      <p className="mt-4 text-ink-2">
        Nothing of it was stored. Mend it and{" "}
        <Link href={uploadPath} className="link text-ink">
          upload it again
        </Link>
        .
      </p>
    </div>
  );
}

function Done({ result }: { result: string | null }) {
  return (
    <div role="status" className="panel p-6">
      <h2 className="font-serif text-2xl tracking-tight">It is on the hub</h2>
      {result && (
        <p className="mt-2">
          <Link href={result} className="link font-mono">
            {result}
          </Link>
        </p>
      )}
    </div>
  );
}

/** Null when the hub does not answer just now: the next look may. */
async function readJob(id: string): Promise<JobView | null> {
  try {
    const response = await fetch(jobApiPath(id), { cache: "no-store" });
    return response.ok ? ((await response.json()) as JobView) : null;
  } catch {
    return null;
  }
}
