import type { ReportedLine } from "trainer/bundle";
import { formatCount } from "@/lib/format.ts";
import type { RunLines } from "@/lib/views.ts";
import { Lines } from "../plots/lines.tsx";

const height = 176;

const losses = [
  { key: "loss", title: "loss" },
  { key: "mse_loss", title: "mse" },
  { key: "sparsity_loss", title: "sparsity" },
  { key: "auxk_loss", title: "auxk" },
  { key: "orthogonality_loss", title: "orthogonality" },
] as const;

const others = [
  { key: "fvu", title: "FVU", about: "FVU on held-out activations", kind: "log" },
  { key: "l0", title: "L0", about: "L0, active features per token", kind: "linear" },
  { key: "dead_fraction", title: "dead", about: "Dead fraction", kind: "linear" },
  { key: "tokens_per_second", title: "tokens/s", about: "Tokens per second", kind: "linear" },
  { key: "lr", title: "lr", about: "Learning rate", kind: "linear" },
] as const;

type Props = {
  lines: RunLines;
  /** leave out what no line has; while a run goes on it may still come */
  measuredOnly?: boolean;
};

/** What a run's lines say, each figure over the tokens it has seen. */
export function RunCharts({ lines: { points, lines }, measuredOnly = false }: Props) {
  const of = (key: keyof ReportedLine) =>
    points.flatMap((point) => {
      const y = point[key] ?? null;
      return y === null ? [] : [{ x: point.tokens, y }];
    });
  const drawn = others.filter(({ key }) => !measuredOnly || of(key).length > 0);
  const common = { xTitle: "tokens", height, end: points.at(-1)?.tokens ?? 0 };
  return (
    <>
      <div className="grid gap-x-8 gap-y-8 sm:grid-cols-2 xl:grid-cols-3">
        <Lines
          {...common}
          series={losses.map(({ key, title }) => ({ key, title, points: of(key) }))}
          label="Loss and its parts"
          yTitle="Loss and its parts (log)"
          kind="log"
        />
        {drawn.map(({ key, title, about, kind }) => (
          <Lines
            key={key}
            {...common}
            series={[{ key, title, points: of(key) }]}
            label={about}
            yTitle={kind === "log" ? `${about} (log)` : about}
            kind={kind}
          />
        ))}
      </div>
      {lines > points.length && (
        <p className="mt-4 text-xs text-ink-2">
          {formatCount(points.length)} points, means of {formatCount(lines)} reported steps.
        </p>
      )}
    </>
  );
}
