import type { ReactNode } from "react";
import { datapointFigures } from "trainer/bundle";
import { formatNumber } from "@/lib/format.ts";
import { metricsPath } from "@/lib/routes.ts";

export type FigureName = keyof typeof datapointFigures;

/** A figure's name; its formula is one hover or focus away, and one click on the page of formulas. */
export function FigureTerm({ name, children }: { name: FigureName; children?: ReactNode }) {
  const { title, formula } = datapointFigures[name];
  return (
    <a href={`${metricsPath}#datapoint-${name}`} title={formula} className="hint">
      {children ?? title}
    </a>
  );
}

/** In the digits that its row of the table gives; a CE-diff with its sign. */
export function formatFigure(name: FigureName, value: number): string {
  const text = formatNumber(value, datapointFigures[name].digits);
  return name === "ce_diff" && value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}
