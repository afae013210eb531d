import { formatNumber } from "@/lib/format.ts";
import { formatMetric } from "@/lib/metrics.ts";
import { tokenLabel } from "@/lib/tokens.ts";
import { MetricTerm } from "../ui/metric-term.tsx";
import { ScrollTable } from "../ui/section.tsx";
import { TokenChip } from "../ui/token.tsx";
import type { Tried } from "./tried-dictionary.tsx";

type Props = { tokens: string[]; tried: Tried; hrefOf: (index: number) => string };

const losses = ["ce_clean", "ce_sae"] as const;

/** Each token with its losses and the features that are most active on it. */
export function TokensAlong({ tokens, tried, hrefOf }: Props) {
  const byIndex = new Map(
    tried.features.map((feature) => [
      feature.index,
      {
        token: feature.top_token,
        at: new Map(feature.positions.map((at, i) => [at, feature.activations[i] ?? 0])),
      },
    ]),
  );
  return (
    <ScrollTable label="What is active at each token" className="max-h-128 overflow-y-auto">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col">Token</th>
            {losses.map((name) => (
              <th key={name} scope="col" className="figure">
                <MetricTerm name={name} />
              </th>
            ))}
            <th scope="col" className="figure">
              <MetricTerm name="l0" />
            </th>
            <th scope="col">Strongest features</th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a token is its position
            <tr key={at}>
              <th scope="row" className="font-normal whitespace-nowrap">
                <TokenChip token={token} />
                {!tried.counted[at] && <span className="text-xs text-ink-2"> not counted</span>}
              </th>
              {losses.map((name) => (
                <td key={name} className="figure">
                  {formatMetric(name, tried[name][at])}
                </td>
              ))}
              <td className="figure">{tried.l0[at] ?? "–"}</td>
              <td className="whitespace-nowrap">
                {(tried.strongest[at] ?? []).map((index) => {
                  const known = byIndex.get(index);
                  const activation = formatNumber(known?.at.get(at) ?? 0, 2);
                  const fires = known?.token ? `, fires most on ${tokenLabel(known.token)}` : "";
                  return (
                    <a
                      key={index}
                      href={hrefOf(index)}
                      title={`activation ${activation}${fires}`}
                      className="link mr-2 font-mono text-[0.8125rem]"
                    >
                      {index}
                    </a>
                  );
                })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}
