import Link from "next/link";
import type { MetricName } from "trainer/bundle";
import { formatCount, formatTime } from "@/lib/format.ts";
import { formatMetric } from "@/lib/metrics.ts";
import { dictionaryPath, modelPath } from "@/lib/routes.ts";
import type { DictionarySummary } from "@/lib/views.ts";
import { MetricTerm } from "../ui/metric-term.tsx";
import { ScrollTable } from "../ui/section.tsx";
import { architectureText } from "./describe.ts";
import { ImportMark } from "./import-mark.tsx";

const columns = [
  "l0",
  "ce_loss_recovered",
  "fvu",
  "ce_diff",
  "kl_sae",
  "cosine",
  "dead_fraction",
] as const satisfies MetricName[];

type Props = {
  dictionaries: DictionarySummary[];
  /** group them by hook and leave out the models' names, on a model's own page */
  ofOneModel?: boolean;
};

/** Dictionaries beside one another, one row each. */
export function DictionaryTable({ dictionaries, ofOneModel = false }: Props) {
  const groups = ofOneModel ? byHook(dictionaries) : [{ hook_name: "", rows: dictionaries }];
  return (
    <ScrollTable label="Dictionaries and their metrics">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col" className="sticky left-0 bg-surface">
              Dictionary
            </th>
            {!ofOneModel && (
              <>
                <th scope="col" className="figure">
                  Layer
                </th>
                <th scope="col" className="max-md:hidden">
                  Hook
                </th>
              </>
            )}
            <th scope="col" className="max-md:hidden">
              Architecture
            </th>
            <th scope="col" className="figure max-md:hidden">
              Features
            </th>
            {columns.map((name) => (
              <th key={name} scope="col" className="figure">
                <MetricTerm name={name} />
              </th>
            ))}
            <th scope="col">Updated</th>
          </tr>
        </thead>
        {groups.map(({ hook_name, rows }) => (
          <tbody key={hook_name}>
            {ofOneModel && (
              <tr className="bg-sunken">
                <th scope="rowgroup" colSpan={columns.length + 4} className="p-0!">
                  <span className="sticky left-0 inline-block px-3 py-1.5 font-mono text-xs text-ink-2">
                    {hook_name}
                  </span>
                </th>
              </tr>
            )}
            {rows.map((dictionary) => (
              <DictionaryRow
                key={`${dictionary.model}/${dictionary.slug}`}
                dictionary={dictionary}
                ofOneModel={ofOneModel}
              />
            ))}
          </tbody>
        ))}
      </table>
    </ScrollTable>
  );
}

function byHook(dictionaries: DictionarySummary[]) {
  const hooks = [...new Set(dictionaries.map(({ hook_name }) => hook_name))];
  return hooks.map((hook_name) => ({
    hook_name,
    rows: dictionaries.filter((one) => one.hook_name === hook_name),
  }));
}

function DictionaryRow({
  dictionary,
  ofOneModel,
}: {
  dictionary: DictionarySummary;
  ofOneModel: boolean;
}) {
  const { model, slug, layer, hook_name, d_sae, metrics, updated_at } = dictionary;
  return (
    <tr>
      <th scope="row" className="sticky left-0 bg-surface">
        <Link
          href={dictionaryPath(model, slug)}
          className="link font-mono text-[0.8125rem] font-medium whitespace-nowrap"
        >
          {slug}
        </Link>{" "}
        <ImportMark imported={dictionary.imported} />
        {!ofOneModel && (
          <Link
            href={modelPath(model)}
            className="block font-mono text-xs whitespace-nowrap text-ink-2 hover:text-accent"
          >
            {model}
          </Link>
        )}
      </th>
      {!ofOneModel && (
        <>
          <td className="figure">{layer ?? "–"}</td>
          <td className="font-mono text-[0.8125rem] whitespace-nowrap max-md:hidden">
            {siteOf(hook_name)}
          </td>
        </>
      )}
      <td className="whitespace-nowrap max-md:hidden">{architectureText(dictionary)}</td>
      <td className="figure max-md:hidden">{formatCount(d_sae)}</td>
      {columns.map((name) => (
        <td key={name} className="figure">
          {formatMetric(name, metrics[name])}
        </td>
      ))}
      <td className="text-xs whitespace-nowrap text-ink-2">
        <time dateTime={updated_at}>{formatTime(updated_at)}</time>
      </td>
    </tr>
  );
}

/** blocks.3.hook_resid_post → hook_resid_post: the layer has a column of its own */
function siteOf(hook_name: string): string {
  return hook_name.replace(/^blocks\.\d+\./, "");
}
