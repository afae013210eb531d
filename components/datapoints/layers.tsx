import Link from "next/link";
import { datapointPath } from "@/lib/routes.ts";
import type { DatapointView } from "@/lib/views.ts";
import { Bar } from "../plots/bar.tsx";
import { barDomain } from "../plots/bar-layout.ts";
import { ScrollTable, Section } from "../ui/section.tsx";
import { figureOf } from "./describe.ts";
import { FigureTerm, formatFigure } from "./figure-term.tsx";

type Props = { datapoint: DatapointView; pinned: { revision?: string } };

/** The same token of the same text in the model's other dictionaries, from the first layer to the last. */
export function Layers({ datapoint, pinned }: Props) {
  const { layers, dictionary } = datapoint;
  const domain = barDomain(layers.map((one) => figureOf(one, "ce_diff")));
  return (
    <Section title="At every layer">
      {layers.length < 2 ? (
        <p className="panel px-6 py-8 text-center text-pretty text-ink-2">
          No other dictionary of {dictionary.model} on this hub measured this text. Those that are
          trained and measured on the same tokens (a sweep's, say) show it here.
        </p>
      ) : (
        <ScrollTable label="CE-diff at every layer">
          <table className="ruled">
            <thead>
              <tr>
                <th scope="col">Layer</th>
                <th scope="col">Dictionary</th>
                <th scope="col" className="figure">
                  <FigureTerm name="ce_diff" />
                </th>
                <th scope="col" aria-label="CE-diff as a bar" />
                <th scope="col" className="figure">
                  <FigureTerm name="ce_sae" />
                </th>
              </tr>
            </thead>
            <tbody>
              {layers.map((one) => {
                const here = one.dictionary.slug === dictionary.slug;
                const { model, slug, hook_name, layer } = one.dictionary;
                return (
                  <tr key={slug} className={here ? "bg-sunken" : undefined}>
                    <td className="figure text-left!">{layer ?? "–"}</td>
                    <th scope="row">
                      <Link
                        href={datapointPath(model, slug, datapoint, here ? pinned : {})}
                        prefetch={false}
                        scroll={false}
                        title={hook_name}
                        aria-current={here ? "page" : undefined}
                        className="link whitespace-nowrap"
                      >
                        {slug}
                      </Link>
                    </th>
                    <td className="figure">{formatFigure("ce_diff", figureOf(one, "ce_diff"))}</td>
                    <td className="w-1/4 align-middle!">
                      <Bar value={figureOf(one, "ce_diff")} domain={domain} />
                    </td>
                    <td className="figure">{formatFigure("ce_sae", one.ce_sae)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </ScrollTable>
      )}
    </Section>
  );
}
