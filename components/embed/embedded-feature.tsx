import type { FeatureEmbed } from "@/lib/embed.ts";
import { formatPercent } from "@/lib/format.ts";
import type { FeatureView } from "@/lib/views.ts";
import { ActivationHistogram } from "../feature/activation-histogram.tsx";
import { ConcordanceLines } from "../feature/concordance-line.tsx";
import { describeFeature } from "../feature/describe.ts";
import { LogitEffects } from "../feature/logit-effects.tsx";
import { Statistics } from "../feature/statistics.tsx";
import { Section } from "../ui/section.tsx";

type Props = { feature: FeatureView; shown: FeatureEmbed };

/** A feature in a frame: its sentence, and the parts that were asked for. */
export function EmbeddedFeature({ feature, shown }: Props) {
  const { record, intervals, top_logits, bottom_logits } = feature;
  const has = new Set(shown.show);
  const top = intervals[0];
  return (
    <>
      <p className="text-ink-2">{describeFeature(feature)}</p>
      {has.has("examples") && top && (
        <Section
          title="Top activations"
          aside={top.share !== null && `hold ${formatPercent(top.share)} of its activations`}
        >
          <div className="concordance">
            <ConcordanceLines
              examples={top.examples.slice(0, shown.examples)}
              max={record.max_activation}
            />
          </div>
        </Section>
      )}
      {has.has("statistics") && <Statistics record={record} tokens={feature.dashboard_tokens} />}
      <div className="grid gap-4 empty:hidden sm:grid-cols-2">
        {has.has("histogram") && record.n_active > 0 && <ActivationHistogram record={record} />}
        {has.has("logits") && (
          <LogitEffects record={record} top={top_logits} bottom={bottom_logits} />
        )}
      </div>
    </>
  );
}
