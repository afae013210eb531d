import { formatCount, formatShort } from "@/lib/format.ts";
import type { Bins } from "./histogram-layout.ts";
import { outlinedHistogramLayout } from "./outlined-histogram-layout.ts";
import { PlotFrame } from "./plot-frame.tsx";
import { Stretched } from "./stretched.tsx";

type Props = {
  bars: Bins & { title: string };
  /** over the same bins */
  outline: { counts: readonly number[]; title: string };
  label: string;
  xTitle: string;
  yTitle: string;
  height?: number;
};

/** Two histograms over each other, one as bars and one as an outline; a bin says both counts under the pointer. */
export function OutlinedHistogram({ bars: given, outline: other, height = 200, ...about }: Props) {
  const { bars, outline, x, y } = outlinedHistogramLayout(given, other.counts, height);
  return (
    <div>
      <PlotFrame {...about} height={height} xTicks={x.ticks} yTicks={y.ticks}>
        {bars.map(({ x, width, y, count }) =>
          count === 0 ? null : (
            <rect
              key={x}
              x={`${x}%`}
              width={`${width}%`}
              y={y}
              height={height - y}
              strokeWidth={1}
              className="fill-positive stroke-surface opacity-60"
            />
          ),
        )}
        <Stretched height={height}>
          <path
            d={outline}
            fill="none"
            strokeWidth={1.75}
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
            className="stroke-ink"
          />
        </Stretched>
        {bars.map(({ x, width, count, outlined, from, to }) =>
          count + outlined === 0 ? null : (
            <rect
              key={x}
              x={`${x}%`}
              width={`${width}%`}
              height={height}
              className="fill-ink opacity-0 hover:opacity-10"
            >
              <title>{`${formatShort(from)} to ${formatShort(to)}: ${formatCount(count)} ${given.title}, ${formatCount(outlined)} ${other.title}`}</title>
            </rect>
          ),
        )}
      </PlotFrame>
      <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1 pl-11 text-xs text-ink-2">
        <li className="flex items-center gap-1.5">
          <svg width="14" height="10" aria-hidden="true">
            <rect width="14" height="10" className="fill-positive opacity-60" />
          </svg>
          {given.title}
        </li>
        <li className="flex items-center gap-1.5">
          <svg width="16" height="10" aria-hidden="true">
            <path d="M1,10V4H8V1H15V10" fill="none" strokeWidth={1.75} className="stroke-ink" />
          </svg>
          {other.title}
        </li>
      </ul>
    </div>
  );
}
