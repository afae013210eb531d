import type { ReactNode } from "react";
import { featureStatistics, type Metric, type MetricName, metrics } from "trainer/bundle";
import type { StatisticName } from "@/lib/format.ts";
import { metricsPath } from "@/lib/routes.ts";

type Props = { name: MetricName | StatisticName; children?: ReactNode };

/** A metric's name; its formula is one hover or focus away, and one click on the page of formulas. */
export function MetricTerm({ name, children }: Props) {
  const metric = describe(name);
  return (
    <a href={`${metricsPath}#${name}`} title={metric.formula} className="hint">
      {children ?? metric.title}
    </a>
  );
}

function describe(name: MetricName | StatisticName): Metric {
  return name in metrics ? metrics[name as MetricName] : featureStatistics[name as StatisticName];
}
