import Link from "next/link";
import type { Sections } from "trainer/bundle";
import { formatNumber, formatPercent } from "@/lib/format.ts";
import { dictionaryPath } from "@/lib/routes.ts";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

type Section = NonNullable<Sections["across_layers"]>;

export const AcrossLayersView: ExperimentView<"across_layers"> = ({ section, dictionary }) => {
  const { dictionaries, spearman, pearson, overlap, worst_fraction } = section;
  const own = dictionaries.findIndex(({ name }) => name === dictionary.slug);
  const others = dictionaries.map((_, i) => i).filter((i) => i !== own);
  const nearest = others.toSorted((a, b) => at(overlap, own, b) - at(overlap, own, a))[0] ?? own;
  const shared = at(overlap, own, nearest);
  return (
    <>
      <Verdict>
        Of the positions at which this dictionary does worst, {formatPercent(shared)} are among the
        worst of <code>{dictionaries[nearest]?.name}</code> too:{" "}
        {formatNumber(shared / worst_fraction, 0)} times as many as by chance.
      </Verdict>
      <div className="space-y-6">
        <Matrix
          caption={`Share of the worst ${formatPercent(worst_fraction)} that two dictionaries have in common, and how many times chance that is`}
          dictionaries={dictionaries}
          model={dictionary.model}
          own={own}
          cell={(i, j) => {
            const found = at(overlap, i, j);
            return `${formatPercent(found)} (${formatNumber(found / worst_fraction, 0)}×)`;
          }}
        />
        <Matrix
          caption="Rank correlation (Spearman) of CE-diff, then the plain one (Pearson)"
          dictionaries={dictionaries}
          model={dictionary.model}
          own={own}
          cell={(i, j) => `${correlation(spearman, i, j)} · ${correlation(pearson, i, j)}`}
        />
      </div>
    </>
  );
};

type MatrixProps = {
  caption: string;
  dictionaries: Section["dictionaries"];
  model: string;
  /** the row of the dictionary whose page it is */
  own: number;
  cell: (row: number, column: number) => string;
};

function Matrix({ caption, dictionaries, model, own, cell }: MatrixProps) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-sm">
        <caption className="pb-2 text-left text-ink-2">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-left text-xs text-ink-2">
            <th className="py-1.5 pr-4 font-normal">dictionary</th>
            <th className="py-1.5 pr-4 text-right font-normal">mean CE-diff</th>
            {dictionaries.map(({ name, hook_name }) => (
              <th key={name} title={name} className="py-1.5 pl-4 text-right font-normal">
                {shortHook(hook_name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {dictionaries.map(({ name, hook_name, ce_diff }, row) => (
            <tr key={name} className="border-b border-line last:border-0">
              <th scope="row" title={hook_name} className="py-1.5 pr-4 text-left font-normal">
                {row === own ? (
                  <strong>{name}</strong>
                ) : (
                  <Link href={dictionaryPath(model, name)} className="link">
                    {name}
                  </Link>
                )}
              </th>
              <td className="py-1.5 pr-4 text-right tabular-nums">{formatNumber(ce_diff, 4)}</td>
              {dictionaries.map((other, column) => (
                <td
                  key={other.name}
                  title={`${name} and ${other.name}`}
                  className="py-1.5 pl-4 text-right whitespace-nowrap tabular-nums"
                >
                  {row === column ? "–" : cell(row, column)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function at(matrix: number[][], row: number, column: number): number {
  return matrix[row]?.[column] ?? 0;
}

function correlation(matrix: (number | null)[][], row: number, column: number): string {
  const found = matrix[row]?.[column] ?? null;
  return found === null ? "–" : formatNumber(found, 2);
}

/** blocks.3.hook_resid_post → 3 resid_post */
function shortHook(hook: string): string {
  return hook.replace(/^blocks\.(\d+)\.(.*)$/, "$1 $2").replace("hook_", "");
}
