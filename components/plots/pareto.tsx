import { formatMetric } from "@/lib/metrics.ts";
import { dictionaryPath } from "@/lib/routes.ts";
import type { DictionarySummary } from "@/lib/views.ts";
import { FrontPoint } from "./front-point.tsx";
import { type PlacedPoint, paretoLayout } from "./pareto-layout.ts";
import { PlotFrame } from "./plot-frame.tsx";

const height = 280;
/** with more than so many points, only those that no other beats are labelled */
const labelled = 8;

/** Every dictionary by how sparse it is and how much of the model's loss it keeps. */
export function Pareto({ dictionaries }: { dictionaries: DictionarySummary[] }) {
  const byKey = new Map(dictionaries.map((d) => [`${d.model}/${d.slug}`, d]));
  const { points, x, y } = paretoLayout(
    [...byKey].map(([key, { metrics }]) => ({
      key,
      l0: metrics.l0,
      recovered: metrics.ce_loss_recovered,
    })),
    height,
  );
  return (
    <PlotFrame
      label="Dictionaries by L0 and CE loss recovered; the same numbers stand in the table"
      height={height}
      xTicks={x.ticks}
      yTicks={y.ticks}
      xTitle="L0, active features per token (log)"
      yTitle="CE loss recovered"
    >
      {points.map((point) => {
        const dictionary = byKey.get(point.key);
        return (
          dictionary && (
            <Point
              key={point.key}
              point={point}
              dictionary={dictionary}
              named={points.length <= labelled || point.best}
            />
          )
        );
      })}
    </PlotFrame>
  );
}

type PointProps = { point: PlacedPoint; dictionary: DictionarySummary; named: boolean };

function Point({ point, dictionary, named }: PointProps) {
  const { model, slug, metrics, architecture } = dictionary;
  return (
    <FrontPoint
      href={dictionaryPath(model, slug)}
      title={`${point.key}: L0 ${formatMetric("l0", metrics.l0)}, CE loss recovered ${formatMetric(
        "ce_loss_recovered",
        metrics.ce_loss_recovered,
      )}`}
      name={slug}
      named={named}
      architecture={architecture}
      point={point}
    />
  );
}
