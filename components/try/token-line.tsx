import { Fragment } from "react";
import { activationShade } from "@/lib/color.ts";
import { formatNumber } from "@/lib/format.ts";
import { tokenLabel } from "@/lib/tokens.ts";
import { TokenText } from "../ui/token.tsx";

type Props = {
  tokens: string[];
  activations: number[];
  counted: boolean[];
  /** where the colour's scale ends */
  max: number;
};

/** A text in which each token is as dark as the feature is active on it; the token that opens it is left out. */
export function TokenLine({ tokens, activations, counted, max }: Props) {
  const first = activations.findIndex((value) => value > 0);
  return tokens.map((token, at) => {
    const value = activations[at] ?? 0;
    const text = <TokenText tokens={[token]} />;
    if (at === 0) return null;
    if (!(value > 0))
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: a token is its position
        <Fragment key={at}>
          {counted[at] ? text : <span className="text-ink-2">{text}</span>}
        </Fragment>
      );
    const shade = { "--a": activationShade(value, max).toFixed(3) } as React.CSSProperties;
    return (
      <span
        // biome-ignore lint/suspicious/noArrayIndexKey: a token is its position
        key={at}
        data-token
        tabIndex={at === first ? 0 : -1}
        title={`${tokenLabel(token)} ${formatNumber(value, 3)}`}
        style={shade}
        className="token"
      >
        {text}
      </span>
    );
  });
}
