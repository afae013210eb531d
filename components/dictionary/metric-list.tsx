import { type MetricName, type Metrics, metrics as table } from "trainer/bundle";
import { formatCount } from "@/lib/format.ts";
import { formatMetric } from "@/lib/metrics.ts";
import { MetricTerm } from "../ui/metric-term.tsx";

const heads: MetricName[] = ["l0", "ce_loss_recovered", "fvu", "dead_fraction"];
const others: MetricName[] = [
  "ce_clean",
  "ce_sae",
  "ce_zero",
  "ce_diff",
  "kl_sae",
  "l1",
  "mse",
  "cosine",
  "l2_ratio",
  "norm_x",
  "norm_x_hat",
];

/** The four numbers that say most, large; then the others with their units. */
export function MetricList({ metrics, tokens }: { metrics: Metrics; tokens: number }) {
  return (
    <div className="panel">
      <dl className="grid grid-cols-2 lg:grid-cols-4">
        {heads.map((name) => (
          <div
            key={name}
            className="border-b border-line px-4 py-4 max-lg:odd:border-r lg:not-last:border-r"
          >
            <dt className="eyebrow">
              <MetricTerm name={name} />
            </dt>
            <dd className="mt-1 font-serif text-4xl tracking-tight tabular-nums">
              {formatMetric(name, metrics[name])}
            </dd>
          </div>
        ))}
      </dl>
      <dl className="px-4 py-2 sm:columns-2 sm:gap-10 lg:columns-3">
        {others.map((name) => (
          <MetricRow key={name} name={name} value={metrics[name]} />
        ))}
      </dl>
      <p className="border-t border-line px-4 py-2.5 text-xs text-ink-2">
        Measured on {formatCount(tokens)} counted tokens that were never trained on.
      </p>
    </div>
  );
}

type MetricRowProps = { name: MetricName; value: number | undefined };

function MetricRow({ name, value }: MetricRowProps) {
  const metric = table[name];
  const unit = "unit" in metric && metric.unit === "nats" ? "nats" : "";
  return (
    <div className="flex break-inside-avoid items-baseline justify-between gap-3 py-1">
      <dt>
        <MetricTerm name={name} />
      </dt>
      <dd className="font-mono text-[0.8125rem] tabular-nums">
        {formatMetric(name, value)}
        {unit && value !== undefined && <span className="ml-1 text-ink-2">{unit}</span>}
      </dd>
    </div>
  );
}
