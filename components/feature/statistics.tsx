import type { FeatureRecord } from "trainer/bundle";
import { formatCount, formatOneIn } from "@/lib/format.ts";
import { formatStatistic, type StatisticName } from "@/lib/metrics.ts";
import { MetricTerm } from "../ui/metric-term.tsx";

const names = [
  "density",
  "max_activation",
  "mean_activation",
  "decoder_norm",
  "encoder_decoder_cosine",
  "nearest_cosine",
] as const satisfies StatisticName[];

type Props = { record: FeatureRecord; tokens: number };

/** A feature's own numbers, with what density means in tokens. */
export function Statistics({ record, tokens }: Props) {
  const { density, n_active } = record;
  const values = { ...record, nearest_cosine: record.nearest_cosines[0] ?? Number.NaN };
  return (
    <div className="panel">
      <dl className="grid grid-cols-2 sm:grid-cols-3 xl:grid-cols-6">
        {names.map((name) => (
          <div key={name} className="px-4 pt-3 pb-1">
            <dt className="eyebrow truncate">
              <MetricTerm name={name} />
            </dt>
            <dd className="font-serif text-2xl tracking-tight tabular-nums">
              {formatStatistic(name, values[name])}
            </dd>
          </div>
        ))}
      </dl>
      <p className="px-4 pt-1 pb-3 text-xs text-ink-2">
        {density > 0
          ? `Fires on ${formatOneIn(density)}: ${formatCount(n_active)} of ${formatCount(tokens)} counted tokens.`
          : `Fired on none of ${formatCount(tokens)} counted tokens.`}
      </p>
    </div>
  );
}
