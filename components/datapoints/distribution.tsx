import { datapointFigures, type Sections } from "trainer/bundle";
import { formatCount, formatNumber, formatPercent, formatShort } from "@/lib/format.ts";
import { Verdict } from "../experiments/verdict.tsx";
import { Bar } from "../plots/bar.tsx";
import { barDomain } from "../plots/bar-layout.ts";
import { Histogram } from "../plots/histogram.tsx";
import { FigureTerm, formatFigure } from "./figure-term.tsx";

type Props = { section: NonNullable<Sections["ce_diff"]> };

/** What the dictionary costs, and whether few positions carry it, in words. */
export function CeDiffVerdict({ section }: Props) {
  const { mean, negative_fraction, shares } = section;
  const worst = shares.map(
    ({ worst, of_total }) =>
      `the worst ${formatShort(100 * worst)}\u00a0% carry ${unbroken(formatPercent(of_total))}`,
  );
  return (
    <Verdict>
      On average x̂ costs {formatNumber(mean, 4)} nats. Of that, {worst.join(", ")}. At{" "}
      {unbroken(formatPercent(negative_fraction))} of the positions the model does better with x̂.
    </Verdict>
  );
}

/** A number and its sign stay in one line. */
function unbroken(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}

/** How many positions have which CE-diff, with the tail's few on a log scale. */
export function CeDiffHistogram({ section, height }: Props & { height?: number }) {
  return (
    <Histogram
      bins={section.histogram}
      label={`Positions by CE-diff, counts on a log scale; from ${formatShort(section.histogram.min)} to ${formatShort(section.histogram.max)} nats, with a mean of ${formatShort(section.mean)}`}
      unit="positions"
      xTitle="CE-diff (nats)"
      yTitle={`Positions (log), of ${formatCount(section.tokens)}`}
      diverging
      {...(height && { height })}
    />
  );
}

/** The whole of it: the histogram, its quantiles, who carries the total, and what goes with CE-diff. */
export function Distribution({ section }: Props) {
  return (
    <div className="panel grid gap-x-10 gap-y-8 p-4 sm:p-6 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="min-w-0">
        <CeDiffVerdict section={section} />
        <CeDiffHistogram section={section} height={220} />
        <Quantiles section={section} />
      </div>
      <div className="grid content-start gap-8 max-lg:sm:grid-cols-2">
        <Shares section={section} />
        <Correlations section={section} />
      </div>
    </div>
  );
}

function Quantiles({ section }: Props) {
  return (
    <dl className="mt-5 flex flex-wrap gap-x-6 gap-y-2">
      {section.quantiles.map(({ q, ce_diff }) => (
        <div key={q}>
          <dt className="eyebrow">{q === 0.5 ? "Median" : `${formatShort(100 * q, 4)} %`}</dt>
          <dd className="font-mono text-[0.8125rem] tabular-nums">
            {formatFigure("ce_diff", ce_diff)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Shares({ section }: Props) {
  const domain = barDomain([1, ...section.shares.map((share) => share.of_total)]);
  return (
    <table className="w-full">
      <caption className="eyebrow mb-2 text-left" title="Σ CE-diff of the worst / Σ CE-diff of all">
        Share of the total CE-diff
      </caption>
      <tbody>
        {section.shares.map(({ worst, of_total }) => (
          <tr key={worst}>
            <th scope="row" className="py-1 text-left font-normal whitespace-nowrap">
              worst {formatShort(100 * worst)} %
            </th>
            <td className="w-full px-3">
              <Bar value={of_total} domain={domain} />
            </td>
            <td className="text-right font-mono text-[0.8125rem] whitespace-nowrap tabular-nums">
              {formatPercent(of_total)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Strongest first. */
function Correlations({ section }: Props) {
  const strength = ([, value]: [string, number | null]) => Math.abs(value ?? 0);
  const rows = Object.entries(section.spearman).sort((a, b) => strength(b) - strength(a));
  return (
    <table className="w-full">
      <caption
        className="eyebrow mb-2 text-left"
        title="Spearman's rank correlation over the uniform sample: −1 to 1, 0 is none"
      >
        What goes with CE-diff (rank correlation)
      </caption>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row" className="py-1 text-left font-normal whitespace-nowrap">
              {name in datapointFigures ? (
                <FigureTerm name={name as keyof typeof datapointFigures} />
              ) : (
                "Position"
              )}
            </th>
            <td className="w-full px-3">
              {value !== null && <Bar value={value} domain={[-1, 1]} />}
            </td>
            <td className="text-right font-mono text-[0.8125rem] whitespace-nowrap tabular-nums">
              {value === null ? "constant" : formatNumber(value, 2)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
