import { datapointFigures } from "trainer/bundle";
import { formatCount } from "@/lib/format.ts";
import type { DatapointPlace, FeatureDatapoint, FeatureDatapointsView } from "@/lib/views.ts";
import { Section } from "../ui/section.tsx";
import { datapointHtml } from "./concordance-html.ts";

type Props = {
  datapoints: FeatureDatapointsView;
  max: number;
  hrefOf: (place: DatapointPlace) => string;
};

/** The dictionary's datapoints at which the feature is active: where x̂ costs most, and where it is strongest. */
export function FeatureDatapoints({ datapoints, max, hrefOf }: Props) {
  const { searched, datapoints: active, worst, strongest } = datapoints;
  return (
    <Section
      id="datapoints"
      title="Datapoints where it matters most"
      aside={`active at ${formatCount(active)} of all ${formatCount(searched)}`}
    >
      {active === 0 ? (
        <p className="panel px-4 py-3 text-ink-2">
          It is active at none of the dictionary’s {formatCount(searched)} datapoints: a sample of
          token positions, and the worst and best of them.
        </p>
      ) : (
        <div className="concordance space-y-5">
          <Lines
            title="Worst CE-diff while it is active"
            formula={datapointFigures.ce_diff.formula}
            {...{ rows: worst, max, hrefOf }}
          />
          <Lines
            title="Largest contribution"
            formula="Its part of x̂ is activation · W_dec[f], so the largest activation is the largest part."
            {...{ rows: strongest, max, hrefOf }}
          />
          <p className="text-xs text-ink-2">
            Left the CE-diff in nats, right its activation. All of the dictionary’s datapoints were
            searched: a sample of token positions, and the worst and best of all, in their contexts.
          </p>
        </div>
      )}
    </Section>
  );
}

type LinesProps = Pick<Props, "max" | "hrefOf"> & {
  title: string;
  formula: string;
  rows: FeatureDatapoint[];
};

function Lines({ title, formula, rows, max, hrefOf }: LinesProps) {
  const html = rows.map((row) => datapointHtml(row, max, hrefOf(row))).join("");
  return (
    <div>
      <h3 className="eyebrow mb-1.5">
        <span className="hint" title={formula}>
          {title}
        </span>
      </h3>
      <ol
        className="panel overflow-hidden py-1.5 font-mono text-[0.8125rem]"
        // biome-ignore lint/security/noDangerouslySetInnerHtml: concordance-html.ts escapes every text
        dangerouslySetInnerHTML={{ __html: html }}
      />
    </div>
  );
}
