import type { FeatureRecord } from "trainer/bundle";
import { formatStatistic } from "@/lib/metrics.ts";
import type { LogitEffect } from "@/lib/views.ts";
import { Histogram } from "../plots/histogram.tsx";
import { MetricTerm } from "../ui/metric-term.tsx";
import { Section } from "../ui/section.tsx";
import { LoneToken } from "../ui/token.tsx";

type Props = { record: FeatureRecord; top: LogitEffect[]; bottom: LogitEffect[] };

/** What the feature writes: the tokens whose logits it raises and lowers most. */
export function LogitEffects({ record, top, bottom }: Props) {
  const largest = [...top, ...bottom].reduce((max, { value }) => Math.max(max, Math.abs(value)), 0);
  return (
    <Section title="Logit effects" aside={<MetricTerm name="logit_effect">formula</MetricTerm>}>
      <div className="panel p-4">
        <div className="grid grid-cols-2 gap-x-5">
          <Effects title="Raises" effects={top} largest={largest} />
          <Effects title="Lowers" effects={bottom} largest={largest} />
        </div>
        <div className="mt-5">
          <Histogram
            bins={{
              counts: record.logit_histogram,
              min: record.logit_min,
              max: record.logit_max,
            }}
            label="Effect on the logit of every token of the vocabulary"
            unit="tokens"
            xTitle="logit effect"
            yTitle="Tokens of the vocabulary (log)"
            height={88}
            diverging
          />
        </div>
      </div>
    </Section>
  );
}

type EffectsProps = { title: string; effects: LogitEffect[]; largest: number };

function Effects({ title, effects, largest }: EffectsProps) {
  return (
    <div className="min-w-0">
      <h3 className="eyebrow mb-1">{title}</h3>
      <ol className="text-[0.8125rem]">
        {effects.map(({ token, value }, rank) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two tokens may have one text; ranks do not move
          <li key={rank} className="relative flex justify-between gap-2 py-0.5 pr-1">
            <span
              aria-hidden="true"
              className={`absolute inset-y-0.5 left-0 rounded-sm opacity-25 ${value < 0 ? "bg-negative" : "bg-positive"}`}
              style={{ width: `${largest > 0 ? (Math.abs(value) / largest) * 100 : 0}%` }}
            />
            <code className="relative min-w-0 truncate pl-1.5 whitespace-pre">
              <LoneToken token={token} />
            </code>
            <span className="relative font-mono tabular-nums">
              {formatStatistic("logit_effect", value)}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
