import { type LayerMetric, metrics } from "trainer/bundle";
import { formatMetric } from "@/lib/metrics.ts";
import { LineKey, PointLines } from "../plots/point-lines.tsx";
import { bySite, type LayerRow, siteTitle } from "./describe-layers.ts";

const drawn = [
  "ce_diff",
  "ce_loss_recovered",
  "fvu",
  "norm_x",
  "norm_x_hat",
  "l2_ratio",
  "cosine",
  "l0",
  "dead_fraction",
] as const satisfies LayerMetric[];

/** One small plot for each metric, a line for each site, layers across. */
export function LayerPlots({ rows }: { rows: readonly LayerRow[] }) {
  const sites = bySite(rows).map(({ site, rows }) => ({ key: site, title: siteTitle(site), rows }));
  const isKnown = (name: LayerMetric) => rows.some(({ values }) => values[name] !== null);
  return (
    <>
      <LineKey lines={sites} />
      <div className="mt-4 grid gap-x-8 gap-y-6 sm:grid-cols-2 lg:grid-cols-3">
        {drawn.filter(isKnown).map((name) => (
          <PointLines
            key={name}
            across="whole"
            lines={sites.map(({ rows, ...site }) => ({
              ...site,
              points: rows.map(({ layer, values }) => ({
                x: layer,
                y: values[name] ?? Number.NaN,
              })),
            }))}
            label={`${metrics[name].title} by layer; the same numbers stand in the table`}
            xTitle="layer"
            yTitle={titleOf(name)}
            formatX={(layer) => String(layer)}
            formatY={(value) => formatMetric(name, value)}
          />
        ))}
      </div>
    </>
  );
}

function titleOf(name: LayerMetric): string {
  const metric = metrics[name];
  return "unit" in metric && metric.unit === "nats" ? `${metric.title}, nats` : metric.title;
}
