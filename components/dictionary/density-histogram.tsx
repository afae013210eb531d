import type { Evaluation } from "trainer/bundle";
import { formatCount, formatPower } from "@/lib/format.ts";
import { Histogram } from "../plots/histogram.tsx";

/** How often features fire: from once in many thousand tokens to nearly always. */
export function DensityHistogram({ evaluation }: { evaluation: Evaluation }) {
  const { counts, log10_min, log10_max, dead } = evaluation.density_histogram;
  return (
    <>
      <Histogram
        bins={{ counts, min: log10_min, max: log10_max }}
        kind="linear"
        height={160}
        formatX={(log10) => formatPower(10 ** log10)}
        label="Features by density, on a log scale"
        unit="features"
        xTitle="density (log)"
        yTitle="features"
      />
      <p className="mt-2 text-xs text-ink-2">
        {dead === 0
          ? "Every feature fired on the evaluation tokens."
          : `${formatCount(dead)} features never fired on the evaluation tokens and are not drawn.`}
      </p>
    </>
  );
}
