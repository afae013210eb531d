import type { DictionaryEmbed } from "@/lib/embed.ts";
import type { DictionaryView } from "@/lib/views.ts";
import { DensityHistogram } from "../dictionary/density-histogram.tsx";
import { architectureText, sizeText } from "../dictionary/describe.ts";
import { ImportMark } from "../dictionary/import-mark.tsx";
import { MetricList } from "../dictionary/metric-list.tsx";
import { TrainingCurves } from "../dictionary/training-curves.tsx";
import { Section } from "../ui/section.tsx";

type Props = { dictionary: DictionaryView; shown: DictionaryEmbed };

/** A dictionary in a frame: what it is, and the parts that were asked for. */
export function EmbeddedDictionary({ dictionary, shown }: Props) {
  const { metrics, evaluation, training } = dictionary;
  const has = new Set(shown.show);
  return (
    <>
      <p className="text-ink-2">
        {sizeText(dictionary)} of <code className="text-ink">{dictionary.hook_name}</code>,{" "}
        {architectureText(dictionary)}. <ImportMark imported={dictionary.imported} />
      </p>
      {has.has("metrics") && <MetricList metrics={metrics} tokens={evaluation.metrics.l0.tokens} />}
      {has.has("densities") && (
        <Section title="Densities">
          <div className="panel p-4">
            <DensityHistogram evaluation={evaluation} />
          </div>
        </Section>
      )}
      {has.has("training") && training.length > 0 && (
        <Section title="Training">
          <div className="panel p-4">
            <TrainingCurves lines={training} />
          </div>
        </Section>
      )}
    </>
  );
}
