import { formatShort } from "@/lib/format.ts";
import { type Axes, type Band, type BandPoint, bandsLayout } from "./bands-layout.ts";
import { LineSwatch } from "./line-swatch.tsx";
import { PlotFrame } from "./plot-frame.tsx";
import { Stretched } from "./stretched.tsx";

/** How lines are told apart: by colour and, for those who do not see it, by their dashes. */
const strokes = [
  { stroke: "stroke-positive", fill: "fill-positive", dash: undefined },
  { stroke: "stroke-negative", fill: "fill-negative", dash: "5 3" },
  { stroke: "stroke-ink-2", fill: "fill-ink-2", dash: "1.5 3" },
  { stroke: "stroke-ink", fill: "fill-ink", dash: "8 2 2 2" },
  { stroke: "stroke-positive", fill: "fill-positive", dash: "2 2" },
  { stroke: "stroke-negative", fill: "fill-negative", dash: "10 4" },
] as const;

type Props = {
  /** at most six */
  bands: (Band & { title: string })[];
  /** what the plot shows, for those who cannot see it */
  label: string;
  xTitle: string;
  yTitle: string;
  axes?: Axes;
  height?: number;
  /** writes a value of the x axis */
  formatX?: (value: number) => string;
  /** what the shaded ranges are, e.g. "the middle 80 % of features"; none are shaded when it is left out */
  range?: string;
};

/** One line or several, each within its range; a point says its values under the pointer. */
export function Bands(props: Props) {
  const { bands: given, height = 200, axes = { x: "linear", y: "linear" }, range } = props;
  const { formatX = formatShort } = props;
  const { bands, x, y } = bandsLayout(given, height, axes);
  const drawn = bands.map((band, i) => ({
    ...band,
    title: given[i]?.title ?? "",
    ...(strokes[i % strokes.length] ?? strokes[0]),
  }));
  const titleOf = (title: string, { x, low, mid, high }: BandPoint) => {
    const around = range ? ` (${formatShort(low)} to ${formatShort(high)})` : "";
    return `${title} at ${formatX(x)}: ${formatShort(mid)}${around}`;
  };
  return (
    <div>
      <PlotFrame
        label={props.label}
        height={height}
        xTicks={x.ticks.map((tick) => ({ ...tick, label: formatX(tick.value) }))}
        yTicks={y.ticks}
        xTitle={props.xTitle}
        yTitle={props.yTitle}
      >
        <Stretched height={height}>
          {drawn.map(({ key, area, line, stroke, fill, dash }) => (
            <g key={key}>
              {range && <path d={area} className={`${fill} opacity-15`} />}
              <path
                d={line}
                fill="none"
                strokeWidth={1.75}
                strokeDasharray={dash}
                strokeLinejoin="round"
                vectorEffect="non-scaling-stroke"
                className={stroke}
              />
            </g>
          ))}
        </Stretched>
        {drawn.flatMap(({ key, title, points, fill }) =>
          points.map((point) => (
            <circle
              key={`${key} ${point.x}`}
              cx={`${x(point.x)}%`}
              cy={y(point.mid)}
              r={2.5}
              className={fill}
            >
              <title>{titleOf(title, point)}</title>
            </circle>
          )),
        )}
      </PlotFrame>
      <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1 pl-11 text-xs text-ink-2">
        {drawn.map(({ key, title, stroke, dash }) => (
          <li key={key} className="flex items-center gap-1.5">
            <LineSwatch stroke={stroke} dash={dash} />
            {title}
          </li>
        ))}
        {range && <li>shaded: {range}</li>}
      </ul>
    </div>
  );
}
