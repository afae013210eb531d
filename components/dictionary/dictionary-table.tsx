import Link from "next/link";
import type { MetricName } from "trainer/bundle";
import { formatCount, formatMetric, formatTime } from "@/lib/format.ts";
import { dictionaryPath, modelPath } from "@/lib/routes.ts";
import type { DictionarySummary } from "@/lib/views.ts";
import { MetricTerm } from "../ui/metric-term.tsx";
import { ScrollTable } from "../ui/section.tsx";
import { architectureText } from "./describe.ts";

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
  /** leave out the column of models, on a model's own page */
  ofOneModel?: boolean;
};

/** Dictionaries beside one another, one row each. */
export function DictionaryTable({ dictionaries, ofOneModel = false }: Props) {
  return (
    <ScrollTable label="Dictionaries and their metrics">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col" className="sticky left-0 bg-surface">
              Dictionary
            </th>
            {!ofOneModel && <th scope="col">Model</th>}
            <th scope="col" className="figure">
              Layer
            </th>
            <th scope="col">Hook</th>
            <th scope="col">Architecture</th>
            <th scope="col" className="figure">
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
        <tbody>
          {dictionaries.map((dictionary) => (
            <DictionaryRow
              key={dictionary.revision}
              dictionary={dictionary}
              ofOneModel={ofOneModel}
            />
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
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
        <Link href={dictionaryPath(model, slug)} className="link font-mono text-sm text-ink">
          {slug}
        </Link>
      </th>
      {!ofOneModel && (
        <td>
          <Link href={modelPath(model)} className="font-mono text-[0.8125rem] hover:text-accent">
            {model}
          </Link>
        </td>
      )}
      <td className="figure">{layer ?? "–"}</td>
      <td className="font-mono text-[0.8125rem] whitespace-nowrap">{siteOf(hook_name)}</td>
      <td className="whitespace-nowrap">{architectureText(dictionary)}</td>
      <td className="figure">{formatCount(d_sae)}</td>
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
