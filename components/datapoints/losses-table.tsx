import type { DatapointView } from "@/lib/views.ts";
import { ScrollTable } from "../ui/section.tsx";
import { TokenChip } from "../ui/token.tsx";
import { figureOf } from "./describe.ts";
import { FigureTerm, formatFigure } from "./figure-term.tsx";

type Props = { datapoint: DatapointView; hrefOf: (position: number) => string };

const names = ["ce_clean", "ce_sae", "ce_diff"] as const;

/** What the colours of the text say, in numbers. */
export function LossesTable({ datapoint: { tokens, position }, hrefOf }: Props) {
  return (
    <details>
      <summary className="mb-3 text-ink-2">Every token of this text in numbers</summary>
      <ScrollTable label="Losses along the text">
        <table className="ruled">
          <thead>
            <tr>
              <th scope="col">Position</th>
              <th scope="col">Token</th>
              {names.map((name) => (
                <th key={name} scope="col" className="figure">
                  <FigureTerm name={name} />
                </th>
              ))}
              <th scope="col">Stored of it</th>
            </tr>
          </thead>
          <tbody>
            {tokens.map((token, at) => (
              <tr
                // biome-ignore lint/suspicious/noArrayIndexKey: a token is its position
                key={at}
                className={at === position ? "bg-sunken" : undefined}
              >
                <th scope="row" className="font-mono text-[0.8125rem]">
                  {token.ce_sae === null && !token.stored ? (
                    at
                  ) : (
                    <a href={hrefOf(at)} className="link">
                      {at}
                    </a>
                  )}
                </th>
                <td>
                  <TokenChip token={token.token} />
                </td>
                {names.map((name) => (
                  <td key={name} className="figure">
                    {formatFigure(name, figureOf(token, name))}
                  </td>
                ))}
                <td className="text-[0.8125rem] text-ink-2">
                  {token.stored ? "all" : token.counted ? "losses" : "losses; not counted"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
    </details>
  );
}
