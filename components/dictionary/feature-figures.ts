import { featureStatistics, type Metric } from "trainer/bundle";
import { type FeatureFigure, featureFigures } from "@/lib/views.ts";

/** How a figure of features is written: plain data, as the table of all metrics is not for the browser. */
export type FigureColumn = { name: FeatureFigure; title: string; formula: string; digits: number };

export const figureColumns: FigureColumn[] = featureFigures.map((name) => {
  const { title, formula, digits }: Metric = featureStatistics[name];
  return { name, title, formula, digits };
});
