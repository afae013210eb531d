import Link from "next/link";
import { experiments } from "trainer/bundle";
import { formatPercent } from "@/lib/format.ts";
import { formatStatistic } from "@/lib/metrics.ts";
import type { ActiveFeature } from "@/lib/views.ts";
import { Bar } from "../plots/bar.tsx";
import { Command } from "../run/command.tsx";
import { MetricTerm } from "../ui/metric-term.tsx";
import { ScrollTable, Section } from "../ui/section.tsx";
import { TokenChip } from "../ui/token.tsx";

type Props = { active: ActiveFeature[] | null; hrefOf: (index: number) => string };

/** What the dictionary says of the token: its active features, the most active first. */
export function ActiveFeatures({ active, hrefOf }: Props) {
  return (
    <Section title="Active features" aside={active && `${active.length} on this token`}>
      {active === null ? (
        <NotStored />
      ) : active.length === 0 ? (
        <p className="panel px-6 py-8 text-center text-ink-2">No feature is active here.</p>
      ) : (
        <Features active={active} hrefOf={hrefOf} />
      )}
    </Section>
  );
}

function Features({ active, hrefOf }: { active: ActiveFeature[]; hrefOf: Props["hrefOf"] }) {
  const mass = active.reduce((sum, feature) => sum + feature.activation, 0);
  const largest = (active[0]?.activation ?? 0) / mass;
  return (
    <ScrollTable label="Active features" className="max-h-[36rem] overflow-y-auto">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col">Top token</th>
            <th scope="col" className="figure">
              Activation
            </th>
            <th scope="col" className="figure" title="a_f / Σ a over the features active here">
              Share
            </th>
            <th scope="col" aria-label="Share as a bar" />
            <th scope="col" className="figure">
              <MetricTerm name="density" />
            </th>
          </tr>
        </thead>
        <tbody>
          {active.map(({ index, activation, density, top_token }) => (
            <tr key={index}>
              <th scope="row">
                <Link
                  href={hrefOf(index)}
                  prefetch={false}
                  className="link font-mono text-[0.8125rem]"
                >
                  {index}
                </Link>
              </th>
              <td>{top_token !== null && <TokenChip token={top_token} />}</td>
              <td className="figure">{formatStatistic("max_activation", activation)}</td>
              <td className="figure">{formatPercent(activation / mass)}</td>
              <td className="w-1/4 align-middle!">
                <Bar value={activation / mass} domain={[0, largest]} />
              </td>
              <td className="figure">{formatStatistic("density", density)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

function NotStored() {
  return (
    <p className="panel px-6 py-8 text-center text-pretty text-ink-2">
      Of this position the bundle holds the losses alone. What is active is stored of a sample and
      of the worst and best; <Command>npx trainer {experiments.ce_diff.command}</Command> draws a
      larger one.
    </p>
  );
}
