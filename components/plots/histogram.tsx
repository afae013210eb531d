import { formatCount, formatShort } from "@/lib/format.ts";
import { escapeXml } from "@/lib/xml.ts";
import { type Bar, type Bins, histogramLayout } from "./histogram-layout.ts";
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
      <g
        // biome-ignore lint/security/noDangerouslySetInnerHtml: numbers, and a unit that is escaped
        dangerouslySetInnerHTML={{
          __html: bars.map((bar) => barSvg(bar, unit, formatX, diverging === true)).join(""),
        }}
      />
    </PlotFrame>
  );
}

/** A bar as text rather than as two elements: there are up to a hundred on a page. */
function barSvg(
  { x, width, y, height, from, to, count }: Bar,
  unit: string,
  formatX: (value: number) => string,
  diverging: boolean,
): string {
  const fill = diverging && to <= 0 ? "fill-negative" : "fill-positive";
  const title = `${unit} from ${formatX(from)} to ${formatX(to)}: ${formatCount(count)}`;
  return (
    `<rect x="${x}%" width="${width}%" y="${y}" height="${height}" stroke-width="1" ` +
    `class="stroke-surface hover:opacity-70 ${fill}"><title>${escapeXml(title)}</title></rect>`
  );
}

/** At most five labels, so that they stand apart in a narrow column. */
function thin(ticks: Tick[]): Tick[] {
  return ticks.length > 5 ? ticks.filter((_, i) => i % 2 === 0) : ticks;
}
