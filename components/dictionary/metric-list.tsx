import { type MetricName, type Metrics, metrics as table } from "trainer/bundle";
import { formatCount, formatMetric } from "@/lib/format.ts";
import { MetricTerm } from "../ui/metric-term.tsx";

const groups: { title: string; names: MetricName[] }[] = [
  { title: "Sparsity", names: ["l0", "l1", "dead_fraction"] },
  { title: "Reconstruction", names: ["fvu", "mse", "cosine", "l2_ratio"] },
  {
    title: "The model's loss",
    names: ["ce_loss_recovered", "ce_diff", "kl_sae", "ce_clean", "ce_sae", "ce_zero"],
  },
];

const heads: MetricName[] = ["l0", "ce_loss_recovered", "fvu", "dead_fraction"];

/** The four numbers that say most, large; then all of them with their units. */
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
      <div className="grid gap-x-8 gap-y-5 p-4 md:grid-cols-3">
        {groups.map(({ title, names }) => (
          <div key={title}>
            <h3 className="eyebrow mb-1">{title}</h3>
            <dl>
              {names.map((name) => (
                <MetricRow key={name} name={name} value={metrics[name]} />
              ))}
            </dl>
          </div>
        ))}
      </div>
      <p className="border-t border-line px-4 py-2.5 text-xs text-ink-2">
        Measured on {formatCount(tokens)} counted tokens that were never trained on.
      </p>
    </div>
  );
}

function MetricRow({ name, value }: { name: MetricName; value: number }) {
  const metric = table[name];
  const unit = "unit" in metric && metric.unit === "nats" ? "nats" : "";
  return (
    <div className="flex items-baseline justify-between gap-3 border-t border-line py-1.5 first:border-0">
      <dt>
        <MetricTerm name={name} />
      </dt>
      <dd className="font-mono text-[0.8125rem] tabular-nums">
        {formatMetric(name, value)}
        {unit && <span className="ml-1 text-ink-2">{unit}</span>}
      </dd>
    </div>
  );
}
