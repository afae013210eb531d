import type { TrainingLine } from "trainer/bundle";
import { RunCharts } from "../run/run-charts.tsx";
import { MetricTerm } from "../ui/metric-term.tsx";

/** What training.jsonl says of the run. */
export function TrainingCurves({ lines }: { lines: TrainingLine[] }) {
  const points = lines.map((line) => ({
    orthogonality_loss: null,
    tokens_per_second: null,
    ...line,
  }));
  return (
    <>
      <RunCharts lines={{ points, lines: lines.length }} measuredOnly />
      <p className="mt-4 text-xs text-ink-2">
        <MetricTerm name="l0" /> and the losses are of each step&rsquo;s batch, losses in the scale
        that it was trained in; <MetricTerm name="fvu" /> is measured on activations that are never
        trained on; dead are{" "}
        <span
          title="Features that fired on none of the last dead_after_tokens training tokens, of all."
          className="hint"
        >
          features that have not fired for long
        </span>
        .
      </p>
    </>
  );
}
