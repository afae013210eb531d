import { ChevronDown } from "lucide-react";
import type { CSSProperties } from "react";
import { activationShade } from "@/lib/color.ts";
import { formatStatistic } from "@/lib/metrics.ts";
import { tokenLabel } from "@/lib/tokens.ts";
import type { ExampleView } from "@/lib/views.ts";
import { TokenText } from "../ui/token.tsx";
import { type Stretch, stripOf } from "./strip.ts";

type Props = { example: ExampleView; max: number };

/**
 * One example as a line of a concordance: the chosen tokens of all lines stand under one another.
 * The box at its end unfolds the whole window.
 */
export function ConcordanceLine({ example, max }: Props) {
  const { before, from } = stripOf(example);
  const chosen = from[0];
  const active = [...before, ...from].filter((stretch) => stretch.activation > 0);
  return (
    <li className="concordance-line">
      <span className="text-right text-ink-2">{formatActivation(chosen?.activation ?? 0)}</span>
      <p className="concordance-text" data-strip>
        <span className="concordance-before">
          <span>{before.map((stretch) => drawStretch(stretch, max, false))}</span>
        </span>
        <span className="concordance-from">
          {from.map((stretch, i) => drawStretch(stretch, max, i === 0))}
        </span>
        <span className="sr-only">
          {" "}
          Active on{" "}
          {active.map((s) => `${labelOf(s)} ${formatActivation(s.activation)}`).join(", ")}.
        </span>
      </p>
      <label className="grid size-6 cursor-pointer place-items-center rounded text-ink-2 hover:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-accent">
        <input type="checkbox" className="unfold sr-only" aria-label="Show the whole window" />
        <ChevronDown aria-hidden="true" size={14} />
      </label>
    </li>
  );
}

/** Active tokens take part in the arrow keys (feature-keys.tsx); one of each line is a tab stop. */
function drawStretch({ at, tokens, activation }: Stretch, max: number, chosen: boolean) {
  const text = <TokenText key={at} tokens={tokens} />;
  if (activation === 0) return text;
  const shade = { "--a": activationShade(activation, max).toFixed(3) } as CSSProperties;
  return (
    <span
      key={at}
      tabIndex={chosen ? 0 : -1}
      data-token
      title={`${labelOf({ tokens })} ${formatActivation(activation)}`}
      style={shade}
      className={chosen ? "token token-chosen" : "token"}
    >
      {text}
    </span>
  );
}

function labelOf({ tokens }: Pick<Stretch, "tokens">): string {
  return tokens.map(tokenLabel).join("");
}

function formatActivation(value: number): string {
  return formatStatistic("max_activation", value);
}
