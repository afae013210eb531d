import { formatBigCount, formatDuration, formatTime } from "@/lib/format.ts";
import type { RunSummary } from "@/lib/views.ts";

/*
 * A run's state in words and figures.
 */

type Of = Pick<RunSummary, "state" | "stage" | "heard_at">;

/** "training", "harvest", "finished", "silent since 25 Nov 2026, 08:00 UTC" */
export function stateText({ state, stage, heard_at }: Of): string {
  if (state === "silent") return `silent since ${formatTime(heard_at)}`;
  if (state !== "running") return state;
  return isTraining(stage) ? "training" : stage || "starting";
}

function isTraining(stage: string): boolean {
  return stage === "train" || stage.startsWith("train ");
}

type Progress = { share: number; text: string; seconds_left: number | null };

/**
 * How far a run is: while it trains and after, in tokens; before and between, in what its stage counts. One that
 * was imported trains on none.
 */
export function progressOf(
  run: Pick<RunSummary, "state" | "stage" | "done" | "total" | "latest" | "train_tokens">,
): Progress {
  const { state, stage, done, total, latest, train_tokens } = run;
  const tokens = latest?.tokens ?? 0;
  if (state === "running" && !isTraining(stage) && total > 0)
    return { share: Math.min(1, done / total), text: stage, seconds_left: null };
  if (train_tokens === 0)
    return { share: state === "finished" ? 1 : 0, text: "imported", seconds_left: null };
  if (state === "finished")
    return { share: 1, text: `${formatBigCount(train_tokens)} tokens`, seconds_left: null };
  const rate = rateOf(run);
  const left = Math.max(0, train_tokens - tokens);
  return {
    share: Math.min(1, tokens / train_tokens),
    text: `${formatBigCount(tokens)} of ${formatBigCount(train_tokens)} tokens`,
    seconds_left: rate > 0 && left > 0 ? left / rate : null,
  };
}

/** Tokens a second while it trains; NaN when it does not, or nobody has measured. */
export function rateOf({ state, stage, latest }: Pick<RunSummary, "state" | "stage" | "latest">) {
  const isAtIt = state === "running" && isTraining(stage);
  return (isAtIt && latest?.tokens_per_second) || Number.NaN;
}

/** "3 min 20 s", or a dash when there is nothing left or nothing to tell it by. */
export function leftText(run: Parameters<typeof progressOf>[0]): string {
  const { seconds_left } = progressOf(run);
  return seconds_left === null ? "–" : formatDuration(seconds_left);
}
