import Link from "next/link";
import { type MetricName, metrics, type Sections } from "trainer/bundle";
import { formatCount } from "@/lib/format.ts";
import { formatMetric } from "@/lib/metrics.ts";
import { dictionaryPath } from "@/lib/routes.ts";
import { LineKey, PointLines } from "../plots/point-lines.tsx";
import { ScrollTable } from "../ui/section.tsx";
import { shortHook } from "./describe-layers.ts";
import { byHook, factor } from "./describe-width.ts";

const drawn = ["fvu", "ce_loss_recovered", "dead_fraction", "l0"] as const satisfies MetricName[];

type Props = { section: NonNullable<Sections["width"]>; model: string };

/** Metrics against width, a line for each hook; the same numbers in a table below. */
export function WidthPlots({ section, model }: Props) {
  const lines = byHook(section.points).map(({ hook, points }) => ({
    key: hook,
    title: shortHook(hook),
    points,
  }));
  return (
    <>
      <LineKey lines={lines} />
      <div className="mt-4 grid gap-x-8 gap-y-6 sm:grid-cols-2 xl:grid-cols-4">
        {drawn.map((name) => (
          <PointLines
            key={name}
            across="log"
            lines={lines.map(({ points, ...line }) => ({
              ...line,
              points: points.map(({ expansion_factor: x, [name]: y }) => ({ x, y })),
            }))}
            label={`${metrics[name].title} by width; the same numbers stand in the table`}
            xTitle="features per input dimension (log)"
            yTitle={metrics[name].title}
            formatX={factor}
            formatY={(value) => formatMetric(name, value)}
          />
        ))}
      </div>
      <details className="mt-4">
        <summary className="text-ink-2">The numbers</summary>
        <ScrollTable label="Metrics by hook and width">
          <table className="ruled">
            <thead>
              <tr>
                <th scope="col">Dictionary</th>
                <th scope="col">Hook</th>
                <th scope="col" className="figure">
                  Features
                </th>
                {drawn.map((name) => (
                  <th key={name} scope="col" className="figure">
                    {metrics[name].title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {section.points.map((point) => (
                <tr key={point.name}>
                  <th scope="row" className="font-mono text-[0.8125rem] whitespace-nowrap">
                    <Link
                      href={dictionaryPath(model, point.name)}
                      prefetch={false}
                      className="link"
                    >
                      {point.name}
                    </Link>
                  </th>
                  <td className="font-mono text-[0.8125rem] whitespace-nowrap">
                    {shortHook(point.hook_name)}
                  </td>
                  <td className="figure">{formatCount(point.d_sae)}</td>
                  {drawn.map((name) => (
                    <td key={name} className="figure">
                      {formatMetric(name, point[name])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollTable>
      </details>
    </>
  );
}
