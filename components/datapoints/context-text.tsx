import Link from "next/link";
import type { ContextToken, DatapointView } from "@/lib/views.ts";
import { Section } from "../ui/section.tsx";
import { TokenText } from "../ui/token.tsx";
import { figureOf, tokenTip } from "./describe.ts";
import { formatFigure } from "./figure-term.tsx";
import { shadeOf, shadeRange } from "./shade.ts";

type Props = { datapoint: DatapointView; hrefOf: (position: number) => string };

/** The whole context, each token coloured by its CE-diff and a link to its own page. */
export function ContextText({ datapoint: { tokens, position }, hrefOf }: Props) {
  const counted = tokens.filter((token) => token.counted && token.ce_sae !== null);
  const range = shadeRange(counted.map((token) => figureOf(token, "ce_diff")));
  return (
    <Section title="In its text" aside={<Legend range={range} />}>
      <p
        data-strip
        className="panel px-4 py-3 font-mono text-[0.8125rem] leading-7 wrap-anywhere whitespace-pre-wrap sm:px-6 sm:py-4"
      >
        {tokens.map((token, at) => (
          <Token
            // biome-ignore lint/suspicious/noArrayIndexKey: a token is its position
            key={at}
            token={token}
            tip={tokenTip(token, tokens[at + 1])}
            range={range}
            href={token.ce_sae === null && !token.stored ? null : hrefOf(at)}
            here={at === position}
          />
        ))}
      </p>
      <p className="mt-2 max-w-3xl text-xs text-ink-2">
        A token's colour is how much worse, or better, the model predicts the token after it when x̂
        is spliced in. Tokens in grey are not counted. Arrow keys go from token to token.
      </p>
    </Section>
  );
}

type TokenProps = {
  token: ContextToken;
  tip: string;
  range: number;
  href: string | null;
  here: boolean;
};

function Token({ token, tip, range, href, here }: TokenProps) {
  const ce_diff = token.counted ? figureOf(token, "ce_diff") : Number.NaN;
  const { className, style } = shadeOf(ce_diff, range);
  const classes = [className, here && "token-here token-chosen", !token.counted && "text-ink-2"];
  const shared = { title: tip, style, className: classes.filter(Boolean).join(" ") };
  const text = <TokenText tokens={[token.token]} />;
  if (href === null) return <span {...shared}>{text}</span>;
  return (
    <Link
      href={href}
      prefetch={false}
      scroll={false}
      data-token
      tabIndex={here ? 0 : -1}
      aria-current={here ? "true" : undefined}
      {...shared}
    >
      {text}
    </Link>
  );
}

/** The colour's key: its steps are those of the square root. */
function Legend({ range }: { range: number }) {
  const steps = [-1, -0.25, 0, 0.25, 1].map((share) => share * range);
  return (
    <dl className="flex items-center gap-1 font-mono text-2xs">
      <dt className="mr-1 font-sans">CE-diff, nats</dt>
      {steps.map((step) => {
        const { className, style } = shadeOf(step, range);
        return (
          <dd key={step} className={`${className} px-1.5 text-ink`} style={style}>
            {formatFigure("ce_diff", step).replace(/0+$/, "").replace(/\.$/, "")}
          </dd>
        );
      })}
    </dl>
  );
}
