import { formatNumber } from "@/lib/format.ts";
import { runPath } from "@/lib/routes.ts";
import type { RunSummary } from "@/lib/views.ts";
import { ArchitectureMark } from "../plots/architecture-mark.tsx";
import { frontLayout, type PlacedFrontPoint } from "../plots/front-layout.ts";
import { PlotFrame } from "../plots/plot-frame.tsx";

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
      <svg
        aria-hidden="true"
        viewBox={`0 0 100 ${height}`}
        width="100%"
        height={height}
        preserveAspectRatio="none"
      >
        <path
          d={front}
          fill="none"
          strokeWidth={1}
          strokeDasharray="3 3"
          vectorEffect="non-scaling-stroke"
          className="stroke-line-strong"
        />
      </svg>
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
  const onLeft = point.labelOn === "left";
  return (
    <a href={runPath(run.id)} className="group">
      <title>
        {`${run.name}: L0 ${formatNumber(point.l0, 1)}, FVU ${formatNumber(point.fvu, 4)}`}
      </title>
      <circle cx={`${point.x}%`} cy={point.y} r={14} fill="transparent" />
      <svg x={`${point.x}%`} y={point.y} className="overflow-visible" aria-hidden="true">
        <ArchitectureMark architecture={run.architecture} />
      </svg>
      {named && (
        <text
          x={`${point.x}%`}
          y={point.y}
          dx={onLeft ? -11 : 11}
          dy="0.32em"
          textAnchor={onLeft ? "end" : "start"}
          className={`fill-ink group-hover:fill-accent ${point.best ? "" : "max-sm:hidden"}`}
        >
          {run.name}
        </text>
      )}
    </a>
  );
}
