import { type MetricName, metrics as table } from "trainer/bundle";
import { formatMetric } from "@/lib/metrics.ts";
import type { ComparedDictionary } from "@/lib/views.ts";
import { MetricTerm } from "../ui/metric-term.tsx";
import { ScrollTable } from "../ui/section.tsx";

/** Every metric of both, and how far B is from A. */
export function ComparedMetrics({ a, b }: Record<"a" | "b", ComparedDictionary>) {
  return (
    <ScrollTable label="Metrics of both">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col" className="figure">
              A
            </th>
            <th scope="col" className="figure">
              B
            </th>
            <th scope="col" className="figure" title="B − A">
              Difference
            </th>
          </tr>
        </thead>
        <tbody>
          {(Object.keys(table) as MetricName[]).map((name) => {
            const [ofA, ofB] = [a.metrics[name], b.metrics[name]];
            const difference = ofA === undefined || ofB === undefined ? undefined : ofB - ofA;
            return (
              <tr key={name}>
                <th scope="row">
                  <MetricTerm name={name} />
                </th>
                <td className="figure">{formatMetric(name, ofA)}</td>
                <td className="figure">{formatMetric(name, ofB)}</td>
                <td className="figure">
                  {difference !== undefined && difference > 0 && "+"}
                  {formatMetric(name, difference)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollTable>
  );
}
