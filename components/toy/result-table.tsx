import { type ToyMeasure, type ToyResult, toyMeasures } from "trainer/bundle";
import { formatNumber } from "@/lib/format.ts";
import { ScrollTable } from "../ui/section.tsx";
import { ToyTerm } from "./toy-term.tsx";

const shown = [
  "mmcs",
  "found",
  "composed_learnt",
  "learnt_mmcs",
  "fvu",
  "l0",
  "l0_true",
  "dead_fraction",
] as const satisfies ToyMeasure[];

/** Every setting with what it came to; each leads to its figure. */
export function ResultTable({ results }: { results: ToyResult[] }) {
  return (
    <ScrollTable label="Settings and what was learnt">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            {shown.map((name) => (
              <th key={name} scope="col" className="figure">
                <ToyTerm name={name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {results.map(({ name, measures }) => (
            <tr key={name}>
              <th scope="row">
                <a href={`#${name}`} className="link">
                  {name}
                </a>
              </th>
              {shown.map((measure) => (
                <td key={measure} className="figure">
                  {formatNumber(measures[measure] ?? Number.NaN, toyMeasures[measure].digits)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}
