import { formatNumber } from "@/lib/format.ts";
import type { FeatureHistograms as Counted, CountedValues } from "@/lib/views.ts";
import { Histogram } from "../plots/histogram.tsx";
import { MetricTerm } from "../ui/metric-term.tsx";

const height = 160;

/** Norms that differ by less are what saving in float32 leaves of rows of one norm. */
const one = 1e-4;

/** How long the features' directions are, and how near to another each of them lies. */
export function FeatureHistograms({ histograms }: { histograms: Counted }) {
  const { decoder_norm, nearest_cosine } = histograms;
  return (
    <>
      <div>
        <h3 className="mb-2">
          <MetricTerm name="decoder_norm" />
        </h3>
        {isOneNorm(decoder_norm) ? (
          <p className="text-ink-2">
            Every row of W_dec has norm {formatNumber(decoder_norm.max, 2)}, as dictionaries are
            usually saved: there is nothing to tell features apart by.
          </p>
        ) : (
          <Histogram
            bins={decoder_norm}
            kind="linear"
            height={height}
            label="Features by decoder norm"
            unit="features"
            xTitle="decoder norm ‖d‖"
            yTitle="features"
          />
        )}
      </div>
      <div>
        <h3 className="mb-2">
          <MetricTerm name="nearest_cosine" />
        </h3>
        {total(nearest_cosine) === 0 ? (
          <p className="text-ink-2">A single feature has no other near it.</p>
        ) : (
          <Histogram
            bins={nearest_cosine}
            kind="linear"
            height={height}
            label="Features by the cosine of their nearest other feature"
            unit="features"
            xTitle="cosine to the nearest other feature"
            yTitle="features"
          />
        )}
      </div>
    </>
  );
}

function isOneNorm({ min, max }: CountedValues): boolean {
  return max - min <= one * Math.abs(max);
}

function total({ counts }: CountedValues): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
