import { formatNumber, formatPercent } from "@/lib/format.ts";
import { OverlapMap, placesOf } from "../model/across-layers.tsx";
import { Heatmap } from "../plots/heatmap.tsx";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

export const AcrossLayersView: ExperimentView<"across_layers"> = ({ section, dictionary }) => {
  const { dictionaries, spearman, overlap, worst_fraction } = section;
  const own = dictionaries.findIndex(({ name }) => name === dictionary.slug);
  const others = dictionaries.map((_, i) => i).filter((i) => i !== own);
  const at = (column: number) => overlap[own]?.[column] ?? 0;
  const nearest = others.toSorted((a, b) => at(b) - at(a))[0] ?? own;
  const shared = at(nearest);
  const places = placesOf(section, dictionary.model, dictionary.slug);
  return (
    <>
      <Verdict>
        Of the positions at which this dictionary does worst, {formatPercent(shared)} are among the
        worst of <code>{dictionaries[nearest]?.name}</code> too:{" "}
        {formatNumber(shared / worst_fraction, 0)} times as many as by chance.
      </Verdict>
      <div className="grid gap-x-10 gap-y-8 xl:grid-cols-2">
        <OverlapMap section={section} places={places} />
        <Heatmap
          caption="Rank correlation (Spearman) of CE-diff over all positions; 0 has no colour"
          places={places}
          matrix={spearman}
          neutral={0}
          format={(value) => formatNumber(value, 2)}
        />
      </div>
    </>
  );
};
