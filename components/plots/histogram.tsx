import { formatCount, formatShort } from "@/lib/format.ts";
import { type Bins, histogramLayout } from "./histogram-layout.ts";
import { PlotFrame } from "./plot-frame.tsx";
import type { Tick } from "./scale.ts";

type Props = {
  bins: Bins;
  label: string;
  xTitle: string;
  yTitle: string;
  /** what a bar counts, e.g. "tokens" */
  unit: string;
  kind?: "linear" | "log";
  height?: number;
  /** writes a value of the x axis; by default in three digits */
  formatX?: (value: number) => string;
  /** draws the bars below zero in the other colour */
  diverging?: boolean;
};

export function Histogram(props: Props) {
  const { bins, unit, kind = "log", height = 112, formatX = formatShort, diverging } = props;
  const { bars, x, y } = histogramLayout(bins, height, kind);
  return (
    <PlotFrame
      label={props.label}
      height={height}
      xTicks={thin(x.ticks).map((tick) => ({ ...tick, label: formatX(tick.value) }))}
      yTicks={y.ticks}
      xTitle={props.xTitle}
      yTitle={props.yTitle}
    >
      {bars.map((bar) => (
        <rect
          key={bar.x}
          x={`${bar.x}%`}
          width={`${bar.width}%`}
          y={bar.y}
          height={bar.height}
          strokeWidth={1}
          className={`stroke-surface hover:opacity-70 ${
            diverging && bar.to <= 0 ? "fill-negative" : "fill-positive"
          }`}
        >
          <title>{`${unit} from ${formatX(bar.from)} to ${formatX(bar.to)}: ${formatCount(bar.count)}`}</title>
        </rect>
      ))}
    </PlotFrame>
  );
}

/** At most five labels, so that they stand apart in a narrow column. */
function thin(ticks: Tick[]): Tick[] {
  return ticks.length > 5 ? ticks.filter((_, i) => i % 2 === 0) : ticks;
}
