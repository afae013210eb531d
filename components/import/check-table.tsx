import type { ReactNode } from "react";
import { type ImportCheck, importFormula } from "trainer/bundle";
import { formatCount } from "@/lib/format.ts";
import { formatMetric } from "@/lib/metrics.ts";
import { metricsPath } from "@/lib/routes.ts";
import { MetricTerm } from "../ui/metric-term.tsx";
import { ScrollTable } from "../ui/section.tsx";

const figures = ["fvu", "l0", "l2_ratio"] as const;

type Props = {
  check: ImportCheck;
  /** what stands at the end of an alternative's row */
  action?: (alternative: ImportCheck["alternatives"][number], i: number) => ReactNode;
};

/** What a reading gives on real activations, beside what others give. */
export function CheckTable({ check, action }: Props) {
  const { as_read, alternatives, tokens } = check;
  const rows = [{ title: "as read", ...as_read }, ...alternatives];
  const better = betterOf(check);
  return (
    <ScrollTable label="The reading and its alternatives">
      <table className="ruled">
        <caption className="px-3 pt-2 text-left text-xs text-ink-2">
          On {formatCount(tokens)} activations of the model's own at the hook;{" "}
          <a href={`${metricsPath}#import_check`} title={importFormula.formula} className="hint">
            how readings are compared
          </a>
        </caption>
        <thead>
          <tr>
            <th scope="col">Reading</th>
            {figures.map((name) => (
              <th key={name} scope="col" className="figure">
                <MetricTerm name={name} />
              </th>
            ))}
            {action && (
              <th scope="col">
                <span className="sr-only">Take it</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={row.title} className={row.title === better?.title ? "bg-sunken" : undefined}>
              <th scope="row" className="font-normal">
                {row.title}
                {row.title === better?.title && (
                  <span className="ml-2 text-xs text-ink-2">fits better</span>
                )}
              </th>
              {figures.map((name) => (
                <td key={name} className="figure">
                  {formatMetric(name, row[name])}
                </td>
              ))}
              {action && (
                <td>
                  {i > 0 && alternatives[i - 1] && action(alternatives[i - 1] as never, i - 1)}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

/** The reading that beats the one that was given, which a check puts first; null if none does. */
export function betterOf({ verdict, alternatives }: ImportCheck) {
  return verdict === "misread" ? (alternatives[0] ?? null) : null;
}
