import type { TrainingLine } from "trainer/bundle";
import { Curve } from "../plots/curve.tsx";

const height = 176;

/** What training.jsonl says of the run. */
export function TrainingCurves({ lines }: { lines: TrainingLine[] }) {
  const series = (value: (line: TrainingLine) => number) =>
    lines.map((line) => ({ x: line.tokens, y: value(line) }));
  return (
    <div className="grid gap-x-8 gap-y-6 sm:grid-cols-2 xl:grid-cols-3">
      <Curve
        points={series((line) => line.loss)}
        label="Training loss"
        yTitle="Loss (log)"
        xTitle="tokens"
        kind="log"
        height={height}
      />
      <Curve
        points={series((line) => line.l0)}
        label="L0 during training"
        yTitle="L0"
        xTitle="tokens"
        height={height}
      />
      <Curve
        points={series((line) => line.dead_fraction)}
        label="Dead fraction during training"
        yTitle="Dead fraction"
        xTitle="tokens"
        height={height}
      />
    </div>
  );
}
