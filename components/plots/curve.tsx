import { formatBigCount, formatShort } from "@/lib/format.ts";
import { curveLayout, type Point } from "./curve-layout.ts";
import { PlotFrame } from "./plot-frame.tsx";
import { Stretched } from "./stretched.tsx";

type Props = {
  points: Point[];
  label: string;
  xTitle: string;
  yTitle: string;
  kind?: "linear" | "log";
  height: number;
};

export function Curve({ points, label, xTitle, yTitle, kind = "linear", height }: Props) {
  const { path, last, x, y } = curveLayout(points, height, kind);
  return (
    <PlotFrame
      label={last ? `${label}; at the end ${formatShort(last.y)}` : label}
      height={height}
      xTicks={x.ticks.map((tick) => ({ ...tick, label: formatBigCount(tick.value) }))}
      yTicks={y.ticks}
      xTitle={xTitle}
      yTitle={yTitle}
    >
      <Stretched height={height}>
        <path
          d={path}
          fill="none"
          strokeWidth={1.5}
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
          className="stroke-positive"
        />
      </Stretched>
      {last && <circle cx={`${x(last.x)}%`} cy={y(last.y)} r={3} className="fill-positive" />}
    </PlotFrame>
  );
}
