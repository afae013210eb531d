import { formatShort } from "@/lib/format.ts";
import { PlotFrame } from "./plot-frame.tsx";
import { type LinePoint, pointLinesLayout } from "./point-lines-layout.ts";
import { Stretched } from "./stretched.tsx";

/** How lines are told apart: by colour and, for those who do not see it, by dashes and marks. */
const looks = [
  { stroke: "stroke-positive", fill: "fill-positive", dash: undefined, mark: "dot" },
  { stroke: "stroke-negative", fill: "fill-negative", dash: "5 3", mark: "square" },
  { stroke: "stroke-ink", fill: "fill-ink", dash: "1.5 3", mark: "diamond" },
  { stroke: "stroke-ink-2", fill: "fill-ink-2", dash: "8 2 2 2", mark: "dot" },
  { stroke: "stroke-accent", fill: "fill-accent", dash: "2 2", mark: "square" },
  { stroke: "stroke-ink-3", fill: "fill-ink-3", dash: undefined, mark: "diamond" },
] as const;

type Look = (typeof looks)[number];

function lookOf(i: number): Look {
  return looks[i % looks.length] ?? looks[0];
}

export type TitledLine = { key: string; title: string; points: LinePoint[] };

type Props = {
  lines: TitledLine[];
  label: string;
  xTitle: string;
  yTitle: string;
  across: "whole" | "log";
  height?: number;
  formatX?: (value: number) => string;
  formatY?: (value: number) => string;
};

/** A few points for each line, which say their values under the pointer; its key is drawn apart, once for several plots. */
export function PointLines(props: Props) {
  const { lines: given, height = 130, formatX = String, formatY = formatShort } = props;
  const { lines, x, y } = pointLinesLayout(given, height, props.across);
  return (
    <PlotFrame
      label={props.label}
      height={height}
      xTicks={x.ticks.map((tick) => ({ ...tick, label: formatX(tick.value) }))}
      yTicks={y.ticks}
      xTitle={props.xTitle}
      yTitle={props.yTitle}
    >
      <Stretched height={height}>
        {lines.map(({ key, path }, i) => (
          <path
            key={key}
            d={path}
            fill="none"
            strokeWidth={1.75}
            strokeDasharray={lookOf(i).dash}
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
            className={lookOf(i).stroke}
          />
        ))}
      </Stretched>
      {lines.flatMap(({ key, points }, i) =>
        points.map(({ at, value }) => (
          <svg
            key={`${key} ${value.x}`}
            x={`${at.x}%`}
            y={at.y}
            className={`overflow-visible ${lookOf(i).fill}`}
          >
            <title>{`${given[i]?.title} at ${formatX(value.x)}: ${formatY(value.y)}`}</title>
            <circle r={9} fill="transparent" />
            <Mark mark={lookOf(i).mark} />
          </svg>
        )),
      )}
    </PlotFrame>
  );
}

function Mark({ mark }: Pick<Look, "mark">) {
  if (mark === "dot") return <circle r={3} />;
  return (
    <rect
      x={-2.75}
      y={-2.75}
      width={5.5}
      height={5.5}
      transform={mark === "diamond" ? "rotate(45)" : undefined}
    />
  );
}

/** Which line is which in all plots of the same lines. */
export function LineKey({ lines }: { lines: Pick<TitledLine, "key" | "title">[] }) {
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1 text-xs text-ink-2">
      {lines.map(({ key, title }, i) => (
        <li key={key} className="flex items-center gap-1.5">
          <svg width="26" height="10" aria-hidden="true">
            <line
              x2="26"
              y1="5"
              y2="5"
              strokeWidth={2}
              strokeDasharray={lookOf(i).dash}
              className={lookOf(i).stroke}
            />
            <g transform="translate(13 5)" className={lookOf(i).fill}>
              <Mark mark={lookOf(i).mark} />
            </g>
          </svg>
          {title}
        </li>
      ))}
    </ul>
  );
}
