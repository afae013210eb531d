import Link from "next/link";
import { formatNumber } from "@/lib/format.ts";
import { tokenLabel } from "@/lib/tokens.ts";
import type { TriedFeature } from "@/lib/views.ts";
import { shadeOf, shadeRange } from "../datapoints/shade.ts";
import { TokenText } from "../ui/token.tsx";
import { TokenLine } from "./token-line.tsx";
import type { Tried } from "./tried-dictionary.tsx";

type Props = {
  tokens: string[];
  tried: Tried;
  /** the feature that it is coloured by, else by CE-diff */
  feature: TriedFeature | null;
  byCeDiff: string;
};

/** The text, coloured by one feature or by CE-diff. */
export function TriedText({ tokens, tried, feature, byCeDiff }: Props) {
  return (
    <div>
      <p
        data-strip
        className="panel px-4 py-3 font-mono text-[0.8125rem] leading-7 wrap-anywhere whitespace-pre-wrap"
      >
        {feature ? (
          <TokenLine
            tokens={tokens}
            activations={along(tokens.length, feature)}
            counted={tried.counted}
            max={Math.max(feature.max_activation, ...feature.activations)}
          />
        ) : (
          <ByCeDiff tokens={tokens} tried={tried} />
        )}
      </p>
      <p className="mt-1.5 text-xs text-ink-2">
        {feature ? (
          <>
            Coloured by the activation of feature {feature.index}.{" "}
            <Link href={byCeDiff} scroll={false} className="link">
              By CE-diff
            </Link>
          </>
        ) : (
          "Coloured by how much worse, or (blue, underlined) better, the model predicts the token after each when x̂ is spliced in. Hover a token for its numbers and features; tokens in grey are not counted."
        )}
      </p>
    </div>
  );
}

/** The feature's activation at each of `length` tokens. */
function along(length: number, { positions, activations }: TriedFeature): number[] {
  const all: number[] = new Array(length).fill(0);
  for (const [i, at] of positions.entries()) all[at] = activations[i] ?? 0;
  return all;
}

function ByCeDiff({ tokens, tried }: Pick<Props, "tokens" | "tried">) {
  const { ce_clean, ce_sae, counted, strongest } = tried;
  const diffs = tokens.map((_, at) =>
    counted[at] ? (ce_sae[at] ?? Number.NaN) - (ce_clean[at] ?? Number.NaN) : Number.NaN,
  );
  const range = shadeRange(diffs.filter((diff) => !Number.isNaN(diff)));
  return tokens.map((token, at) => {
    if (at === 0) return null; // the one that opens documents, which nobody typed
    const diff = diffs[at] ?? Number.NaN;
    const { className, style } = shadeOf(diff, range);
    return (
      <span
        // biome-ignore lint/suspicious/noArrayIndexKey: a token is its position
        key={at}
        data-token
        tabIndex={at === 1 ? 0 : -1}
        title={tipOf({ token, next: tokens[at + 1], diff, strongest: strongest[at] ?? [] })}
        style={style}
        className={counted[at] ? className : `${className} text-ink-2`}
      >
        <TokenText tokens={[token]} />
      </span>
    );
  });
}

type Tip = { token: string; next: string | undefined; diff: number; strongest: number[] };

/** "␣dog → ␣ran: CE-diff 0.12 nats; features 12, 7, 90" */
function tipOf({ token, next, diff, strongest }: Tip): string {
  const predicted = next === undefined ? "" : ` → ${tokenLabel(next)}`;
  const loss = Number.isNaN(diff) ? "" : `: CE-diff ${formatNumber(diff, 3)} nats`;
  const features = strongest.length > 0 ? `; features ${strongest.slice(0, 5).join(", ")}` : "";
  return `${tokenLabel(token)}${predicted}${loss}${features}`;
}
