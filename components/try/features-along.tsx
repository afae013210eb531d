import { Palette } from "lucide-react";
import Link from "next/link";
import { formatNumber } from "@/lib/format.ts";
import { formatStatistic } from "@/lib/metrics.ts";
import type { TriedFeature } from "@/lib/views.ts";
import { MetricTerm } from "../ui/metric-term.tsx";
import { ScrollTable } from "../ui/section.tsx";
import { TokenChip } from "../ui/token.tsx";

type Props = {
  tokens: string[];
  features: TriedFeature[];
  /** that which the text is coloured by */
  current: number | null;
  hrefOf: (index: number) => string;
  colourOf: (index: number) => string;
};

const shown = { features: 100, tokens: 6 };

/** Each feature with the tokens on which it is most active. */
export function FeaturesAlong({ tokens, features, current, hrefOf, colourOf }: Props) {
  const rows = features.filter(({ positions }) => positions.length > 0).slice(0, shown.features);
  if (rows.length === 0)
    return <p className="panel px-4 py-6 text-ink-2">No feature is active on this text.</p>;
  return (
    <>
      <ScrollTable label="Where each feature is active" className="max-h-128 overflow-y-auto">
        <table className="ruled">
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <th scope="col">Fires most on</th>
              <th scope="col" className="figure">
                <MetricTerm name="density" />
              </th>
              <th scope="col">Here on</th>
              <th scope="col">
                <span className="sr-only">Colour the text by it</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((feature) => (
              <tr
                key={feature.index}
                className={feature.index === current ? "bg-sunken" : undefined}
              >
                <th scope="row" className="font-mono text-[0.8125rem]">
                  <a href={hrefOf(feature.index)} className="link">
                    {feature.index}
                  </a>
                </th>
                <td>{feature.top_token !== null && <TokenChip token={feature.top_token} />}</td>
                <td className="figure">{formatStatistic("density", feature.density)}</td>
                <td className="whitespace-nowrap">
                  {strongestOf(feature).map(({ at, activation }) => (
                    <span
                      key={at}
                      title={`activation ${formatNumber(activation, 3)}`}
                      className="mr-1"
                    >
                      <TokenChip token={tokens[at] ?? ""} />
                    </span>
                  ))}
                </td>
                <td>
                  <Link
                    href={colourOf(feature.index)}
                    scroll={false}
                    prefetch={false}
                    aria-label={`Colour the text by feature ${feature.index}`}
                    className="grid size-6 place-items-center rounded text-ink-2 hover:bg-sunken hover:text-ink"
                  >
                    <Palette aria-hidden="true" size={14} />
                  </Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
      {features.length > rows.length && (
        <p className="mt-1.5 text-xs text-ink-2">
          The {rows.length} most active of {features.length} that are among a token's strongest.
        </p>
      )}
    </>
  );
}

function strongestOf({ positions, activations }: TriedFeature) {
  return positions
    .map((at, i) => ({ at, activation: activations[i] ?? 0 }))
    .sort((a, b) => b.activation - a.activation)
    .slice(0, shown.tokens);
}
