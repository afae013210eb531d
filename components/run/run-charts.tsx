import type { ReportedLine } from "trainer/bundle";
import { formatCount } from "@/lib/format.ts";
import type { RunLines } from "@/lib/views.ts";
import { Curve } from "../plots/curve.tsx";
import { Lines } from "../plots/lines.tsx";

const height = 176;

const losses = [
  { key: "loss", title: "loss" },
  { key: "mse_loss", title: "mse" },
  { key: "sparsity_loss", title: "sparsity" },
  { key: "auxk_loss", title: "auxk" },
] as const;

/** What a run's lines say, each figure over the tokens it has seen. */
export function RunCharts({ lines: { points, lines } }: { lines: RunLines }) {
  const of = (value: (point: ReportedLine) => number | null) =>
    points.flatMap((point) => {
      const y = value(point);
      return y === null ? [] : [{ x: point.tokens, y }];
    });
  const common = { xTitle: "tokens", height };
  return (
    <>
      <div className="grid gap-x-8 gap-y-8 sm:grid-cols-2 xl:grid-cols-3">
        <Lines
          {...common}
          series={losses.map(({ key, title }) => ({
            key,
            title,
            points: of((point) => point[key]),
          }))}
          label="Loss and its parts"
          yTitle="Loss and its parts (log)"
          kind="log"
        />
        <Curve
          {...common}
          points={of((point) => point.fvu)}
          label="Fraction of variance unexplained, on held-out activations"
          yTitle="FVU on held-out activations (log)"
          kind="log"
        />
        <Curve {...common} points={of((point) => point.l0)} label="L0" yTitle="L0" />
        <Curve
          {...common}
          points={of((point) => point.dead_fraction)}
          label="Dead fraction"
          yTitle="Dead fraction"
        />
        <Curve
          {...common}
          points={of((point) => point.tokens_per_second)}
          label="Tokens per second"
          yTitle="Tokens per second"
        />
        <Curve
          {...common}
          points={of((point) => point.lr)}
          label="Learning rate"
          yTitle="Learning rate"
        />
      </div>
      {lines > points.length && (
        <p className="mt-4 text-xs text-ink-2">
          {formatCount(points.length)} points, means of {formatCount(lines)} reported steps.
        </p>
      )}
    </>
  );
}
