import { featureStatistics, type Metric, type MetricName, metrics } from "trainer/bundle";
import { formatNumber } from "./format.ts";
import type { FeatureSort } from "./views.ts";

/** A metric's value in the digits that its row of the table gives; a dash where an older bundle has none. */
export function formatMetric(name: MetricName, value: number | undefined): string {
  return value === undefined ? "–" : formatNumber(value, metrics[name].digits);
}

export type StatisticName = keyof typeof featureStatistics;

/** A feature's statistic in the digits that its row of the table gives. */
export function formatStatistic(name: StatisticName, value: number): string {
  const statistic: Metric = featureStatistics[name];
  return formatNumber(value, statistic.digits);
}

/** What a feature table is sorted by, as its columns are called. */
export function sortTitle(sort: FeatureSort): string {
  if (sort === "index") return "Index";
  if (sort === "label") return "Label";
  return sort === "top_token" ? "Top token" : featureStatistics[sort].title;
}

/** The row of the table that names and defines the number. */
export function describeMetric(name: MetricName | StatisticName): Metric {
  return name in metrics ? metrics[name as MetricName] : featureStatistics[name as StatisticName];
}
