import type { ReactNode } from "react";
import type { MetricName } from "trainer/bundle";
import { describeMetric, type StatisticName } from "@/lib/metrics.ts";
import { metricsPath } from "@/lib/routes.ts";

type Props = { name: MetricName | StatisticName; children?: ReactNode };

/** A metric's name; its formula is one hover or focus away, and one click on the page of formulas. */
export function MetricTerm({ name, children }: Props) {
  const metric = describeMetric(name);
  return (
    <a href={`${metricsPath}#${name}`} title={metric.formula} className="hint">
      {children ?? metric.title}
    </a>
  );
}
