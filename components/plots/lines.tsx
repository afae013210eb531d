import { formatBigCount, formatShort } from "@/lib/format.ts";
import { LineSwatch } from "./line-swatch.tsx";
import { linesLayout, type Point } from "./lines-layout.ts";
import { PlotFrame } from "./plot-frame.tsx";
import { Stretched } from "./stretched.tsx";

/** How lines are told apart: by colour and, for those who do not see it, by their dashes. */
const strokes = [
  { stroke: "stroke-ink", fill: "fill-ink", width: 3, dash: undefined }, // still seen under another
  { stroke: "stroke-positive", fill: "fill-positive", width: 1.5, dash: undefined },
  { stroke: "stroke-negative", fill: "fill-negative", width: 1.5, dash: "5 3" },
  { stroke: "stroke-ink-2", fill: "fill-ink-2", width: 1.5, dash: "1.5 3" },
  { stroke: "stroke-ink-2", fill: "fill-ink-2", width: 1.5, dash: "8 3 2 3" },
] as const;

type Props = {
  /** at most four */
  series: { key: string; title: string; points: Point[] }[];
  label: string;
  xTitle: string;
  yTitle: string;
  kind?: "linear" | "log";
  height: number;
  /** where the x axis ends, if not at the last point */
  end?: number;
};

/** One line or several, with a key that tells which is which and where each is now. */
export function Lines({ series, label, xTitle, yTitle, kind = "linear", height, end }: Props) {
  const { series: placed, x, y } = linesLayout(series, height, kind, end);
  const lines = placed.flatMap((line, i) => {
    const { title } = series[i] ?? { title: "" };
    const look = (series.length === 1 ? strokes[1] : strokes[i]) ?? strokes[0];
    return line.last ? [{ ...line, ...look, title, last: line.last }] : [];
  });
  const now = lines.map(({ title, last }) => `${title} ${formatShort(last.y)}`).join(", ");
  return (
    <div>
      <PlotFrame
        label={now === "" ? label : `${label}; now ${now}`}
        height={height}
        xTicks={x.ticks.map((tick) => ({ ...tick, label: formatBigCount(tick.value) }))}
        yTicks={y.ticks}
        xTitle={xTitle}
        yTitle={yTitle}
      >
        <Stretched height={height}>
          {lines.map(({ key, path, stroke, dash, width }) => (
            <path
              key={key}
              d={path}
              fill="none"
              strokeWidth={width}
              strokeDasharray={dash}
              strokeLinejoin="round"
              vectorEffect="non-scaling-stroke"
              className={stroke}
            />
          ))}
        </Stretched>
        {lines.map(({ key, last, fill }) => (
          <circle key={key} cx={`${x(last.x)}%`} cy={y(last.y)} r={3} className={fill} />
        ))}
      </PlotFrame>
      <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1 pl-11 text-xs text-ink-2">
        {lines.map(({ key, title, last, stroke, dash }) => (
          <li key={key} className="flex items-center gap-1.5">
            <LineSwatch stroke={stroke} dash={dash} />
            {title}
            <span className="font-mono text-ink tabular-nums">{formatShort(last.y)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
