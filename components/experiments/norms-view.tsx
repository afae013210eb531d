import { formatNumber, formatPercent, formatPower } from "@/lib/format.ts";
import { Bands } from "../plots/bands.tsx";
import { Verdict } from "./verdict.tsx";
import type { ExperimentView } from "./view.ts";

export const NormsView: ExperimentView<"norms"> = ({ section }) => {
  const { bins, spearman, share, hook_name } = section;
  const points = (of: "contribution" | "decoder_norm") =>
    bins.map(({ log10_min, log10_max, [of]: { p10, p50, p90 } }) => ({
      x: 10 ** ((log10_min + log10_max) / 2),
      low: p10,
      mid: p50,
      high: p90,
    }));
  const tenth = share.find(({ most_frequent }) => most_frequent === 0.1);
  return (
    <>
      <Verdict>
        {spearman.contribution !== null && (
          <>
            Density and contribution have a rank correlation of{" "}
            {formatNumber(spearman.contribution, 2)}.{" "}
          </>
        )}
        {tenth && (
          <>
            The most frequent tenth of the features carries {formatPercent(tenth.of_contribution)}{" "}
            of what all contribute at <code>{hook_name}</code>.
          </>
        )}
      </Verdict>
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-2">
        <Bands
          bands={[{ key: "contribution", title: "median feature", points: points("contribution") }]}
          label="Contribution of features by their density"
          xTitle="density (log)"
          yTitle="contribution E[a] · ‖d‖ (log)"
          axes={{ x: "log", y: "log" }}
          formatX={formatPower}
          range="the middle 80 % of features"
        />
        {spearman.decoder_norm === null ? (
          <p className="self-center text-ink-2">
            Every decoder row has norm 1, as dictionaries are saved: norms say nothing here.
          </p>
        ) : (
          <Bands
            bands={[{ key: "norm", title: "median feature", points: points("decoder_norm") }]}
            label="Decoder norm of features by their density"
            xTitle="density (log)"
            yTitle="decoder norm ‖d‖"
            axes={{ x: "log", y: "linear" }}
            formatX={formatPower}
            range="the middle 80 % of features"
          />
        )}
      </div>
    </>
  );
};
