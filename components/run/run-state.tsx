import type { RunSummary } from "@/lib/views.ts";
import { stateText } from "./describe.ts";

const dots: Record<RunSummary["state"], string> = {
  running: "bg-positive motion-safe:animate-pulse",
  finished: "bg-ink-3",
  stopped: "border border-ink-3",
  silent: "border border-danger",
  failed: "bg-danger",
};

/** A run's state: a dot for the eye, and the word. */
export function RunState({ run }: { run: Pick<RunSummary, "state" | "stage" | "heard_at"> }) {
  return (
    <span
      className={`inline-flex items-baseline gap-2 ${run.state === "failed" ? "text-danger" : ""}`}
    >
      <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${dots[run.state]}`} />
      {stateText(run)}
    </span>
  );
}
