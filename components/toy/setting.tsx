import type { ToyResult } from "trainer/bundle";
import { formatCount, formatNumber, formatPercent } from "@/lib/format.ts";
import { Directions } from "../plots/directions.tsx";
import { Histogram } from "../plots/histogram.tsx";
import { cosineBins } from "./bins.ts";

const kinds: Record<ToyResult["planted"], string> = {
  independent: "independent features",
  correlated: "correlated features",
  composed: "features in pairs that are often on together,",
};

/** One planted dictionary: what was true, what was learnt of it, and the figure of both. */
export function Setting({ result, found_cosine }: { result: ToyResult; found_cosine: number }) {
  const { name, planted, d_in, n_features, architecture, d_sae, k, measures } = result;
  const { picture, true_cosines, composed_cosines, stages, orthogonality_coefficient } = result;
  const how = [
    `${architecture}${k === null ? "" : `, k ${k}`}`,
    ...(stages > 1 ? [`${stages} stages`] : []),
    ...(orthogonality_coefficient > 0 ? [`orthogonality ${orthogonality_coefficient}`] : []),
  ];
  return (
    <article id={name} className="panel min-w-0 p-4 target:border-accent">
      <h3 className="font-serif text-lg tracking-tight">{name}</h3>
      <p className="mt-1 mb-4 text-xs text-ink-2">
        {formatCount(n_features)} {kinds[planted]} in {formatCount(d_in)} dimensions; {d_sae} learnt
        by {how.join(", ")}.
      </p>
      {picture ? (
        <Directions
          truth={picture.true}
          composed={picture.composed}
          learnt={picture.learnt}
          label={`True and learnt directions of ${name}: ${formatPercent(measures.found)} of the true ones were found`}
        />
      ) : (
        <div className="space-y-4">
          <Histogram
            bins={cosineBins(true_cosines)}
            kind="linear"
            label={`True features of ${name} by their largest cosine with a learnt one`}
            xTitle="largest cosine with a learnt feature"
            yTitle="true features"
            unit="true features"
          />
          {composed_cosines.length > 0 && (
            <Histogram
              bins={cosineBins(composed_cosines)}
              kind="linear"
              label={`Pairs of ${name} by the largest cosine of their joint direction with a learnt one`}
              xTitle="largest cosine with a learnt feature"
              yTitle="pairs, by their joint direction"
              unit="pairs"
            />
          )}
        </div>
      )}
      <p className="mt-3 text-xs text-ink-2">
        {formatPercent(measures.found)} of the true features found (cosine above{" "}
        {formatNumber(found_cosine, 2)})
        {measures.composed_learnt !== null &&
          `, ${formatPercent(measures.composed_learnt)} of the pairs learnt as one feature`}
        .
      </p>
    </article>
  );
}
