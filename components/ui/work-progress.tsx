import { formatPercent } from "@/lib/format.ts";
import type { JobView } from "@/lib/views.ts";

type Props = { job: Pick<JobView, "state" | "done" | "total">; step: string };

/** What a worker is at and how far; the bar moves without a value until there is something to count. */
export function WorkProgress({ job: { state, done, total }, step }: Props) {
  const share = total > 0 ? done / total : 0;
  return (
    <>
      <p role="status" className="flex justify-between gap-4">
        <span>{state === "waiting" ? "Waiting for a worker" : step}</span>
        <span className="font-mono text-ink-2 tabular-nums">
          {total > 0 ? formatPercent(share) : ""}
        </span>
      </p>
      <progress
        {...(total > 0 ? { value: share } : {})}
        aria-label="progress"
        className="progress mt-4"
      />
    </>
  );
}
