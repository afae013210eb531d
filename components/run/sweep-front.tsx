import { formatNumber } from "@/lib/format.ts";
import { runPath } from "@/lib/routes.ts";
import type { RunSummary } from "@/lib/views.ts";
import { frontLayout, type PlacedFrontPoint } from "../plots/front-layout.ts";
import { FrontPoint } from "../plots/front-point.tsx";
import { PlotFrame } from "../plots/plot-frame.tsx";
import { Stretched } from "../plots/stretched.tsx";

const height = 320;
/** with more than so many points, only those that no other beats are labelled */
const labelled = 8;

/** A sweep's runs by how sparse they are and how little they leave unexplained, as of their newest lines. */
export function SweepFront({ runs }: { runs: RunSummary[] }) {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const { points, front, x, y } = frontLayout(
    runs.map(({ id, latest }) => ({
      key: id,
      l0: latest?.l0 ?? Number.NaN,
      fvu: latest?.fvu ?? Number.NaN,
    })),
    height,
  );
  if (points.length === 0)
    return <p className="text-ink-2">No run of it has measured its FVU yet.</p>;
  return (
    <PlotFrame
      label="Runs by L0 and FVU; the same numbers stand in the table"
      height={height}
      xTicks={x.ticks}
      yTicks={y.ticks}
      xTitle="L0, active features per token (log)"
      yTitle="FVU on held-out activations (log)"
    >
      <Stretched height={height}>
        <path
          d={front}
          fill="none"
          strokeWidth={1}
          strokeDasharray="3 3"
          vectorEffect="non-scaling-stroke"
          className="stroke-line-strong"
        />
      </Stretched>
      {points.map((point) => {
        const run = byId.get(point.key);
        const named = points.length <= labelled || point.best;
        return run && <Point key={point.key} point={point} run={run} named={named} />;
      })}
    </PlotFrame>
  );
}

type PointProps = { point: PlacedFrontPoint; run: RunSummary; named: boolean };

function Point({ point, run, named }: PointProps) {
  return (
    <FrontPoint
      href={runPath(run.id)}
      title={`${run.name}: L0 ${formatNumber(point.l0, 1)}, FVU ${formatNumber(point.fvu, 4)}`}
      name={run.name}
      named={named}
      architecture={run.architecture}
      point={point}
    />
  );
}
