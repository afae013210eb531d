import { z } from "zod";
import type { FeatureRecord, Sections } from "../bundle/index.ts";
import { quantile, spearman } from "../tensor/statistics.ts";

export const normsConfig = z.object({
  bins_per_decade: z.int().positive().max(20).default(4).describe("bins of density in a decade"),
});

type Feature = Pick<FeatureRecord, "density" | "mean_activation" | "decoder_norm">;
type NormsSection = NonNullable<Sections["norms"]>;

/** Shares of the features that `share` states, the most frequent first. */
const most_frequent = [0.01, 0.1, 0.5];

/** Decoder norms and contributions E[a_f] · ‖d_f‖ of features against their densities. */
export function normsAgainstFrequency(
  features: Feature[],
  { bins_per_decade }: z.output<typeof normsConfig>,
): Pick<NormsSection, "alive" | "bins" | "spearman" | "share"> {
  const alive = features
    .filter(({ density }) => density > 0)
    .map(({ density, mean_activation, decoder_norm }) => ({
      density,
      decoder_norm,
      // mean_activation is of the tokens on which it fires
      contribution: density * mean_activation * decoder_norm,
    }))
    .sort((a, b) => b.density - a.density);
  const binOf = ({ density }: { density: number }) =>
    Math.floor(Math.log10(density) * bins_per_decade);
  const bins = [...new Set(alive.map(binOf))]
    .sort((a, b) => a - b)
    .map((bin) => {
      const inside = alive.filter((feature) => binOf(feature) === bin);
      return {
        log10_min: bin / bins_per_decade,
        log10_max: (bin + 1) / bins_per_decade,
        features: inside.length,
        decoder_norm: spread(inside.map(({ decoder_norm }) => decoder_norm)),
        contribution: spread(inside.map(({ contribution }) => contribution)),
      };
    });
  const densities = alive.map(({ density }) => density);
  const norms = alive.map(({ decoder_norm }) => decoder_norm);
  const contributions = alive.map(({ contribution }) => contribution);
  const total = contributions.reduce((sum, value) => sum + value, 0);
  return {
    alive: alive.length,
    bins,
    spearman: {
      // rows that were scaled to norm 1 differ by rounding alone
      decoder_norm:
        Math.max(...norms) - Math.min(...norms) < 1e-4 ? null : spearman(densities, norms),
      contribution: spearman(densities, contributions),
    },
    share: most_frequent.map((part) => {
      const first = contributions.slice(0, Math.ceil(part * alive.length));
      return {
        most_frequent: part,
        of_contribution: first.reduce((a, b) => a + b, 0) / (total || 1),
      };
    }),
  };
}

function spread(values: number[]) {
  const sorted = Float64Array.from(values).sort();
  return { p10: quantile(sorted, 0.1), p50: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) };
}
