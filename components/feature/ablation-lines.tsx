import { ChevronDown } from "lucide-react";
import { formatNumber } from "@/lib/format.ts";
import { tokenLabel } from "@/lib/tokens.ts";
import type { AblationView } from "@/lib/views.ts";
import { shadeOf, shadeRange } from "../datapoints/shade.ts";
import { TokenChip, TokenText } from "../ui/token.tsx";
import {
  type ChangedStretch,
  changedStretches,
  changesOf,
  mostHelped,
  sumOf,
} from "./ablation-changes.ts";

type Context = AblationView["contexts"][number];

/** Less than this is the paper's own colour. */
const least = 0.01; // nats
const before = 24; // tokens of a window
const after = 40;

/** The top examples, coloured by what the loss at each token rises by without the feature. */
export function AblationLines({ view }: { view: AblationView }) {
  const { contexts } = view;
  if (contexts.length === 0)
    return (
      <p className="panel px-4 py-6 text-center text-ink-2">
        The feature has no examples to be removed from.
      </p>
    );
  const changes = contexts.map(changesOf);
  const range = shadeRange(changes.flat());
  const total = sumOf(changes.map(sumOf));
  const helped = mostHelped(view, 6);
  const length = contexts[0]?.tokens.length ?? 0;
  return (
    <>
      <p className="mb-3 max-w-3xl text-pretty text-ink-2">
        Without it the loss {total < 0 ? "falls" : "rises"} by{" "}
        {formatNumber(Math.abs(total) / contexts.length, 3)} nats in a context of {length} tokens,
        the mean of its {contexts.length} top examples.
        {helped.length > 0 && " It helps most to predict"}{" "}
        {helped.map(({ token, next, change }, i) => (
          <span key={`${token} ${next}`} className="whitespace-nowrap">
            <TokenChip token={next} /> after <TokenChip token={token} /> ({signed(change)})
            {i < helped.length - 1 ? ", " : "."}
          </span>
        ))}
      </p>
      <ol className="panel overflow-hidden py-1.5 font-mono text-[0.8125rem]">
        {contexts.map((context, i) => (
          <Line
            key={`${context.context} ${context.position}`}
            context={context}
            changes={changes[i] ?? []}
            range={range}
          />
        ))}
      </ol>
      <p className="mt-2 max-w-3xl text-xs text-ink-2">
        Before each line: the change over its whole context. A token's colour is what the loss of
        predicting the token after it changes by: orange, the model does worse without the feature;
        blue and underlined, better.
      </p>
    </>
  );
}

type LineProps = { context: Context; changes: number[]; range: number };

function Line({ context, changes, range }: LineProps) {
  const { position, tokens } = context;
  const start = Math.max(0, position - before);
  const end = Math.min(tokens.length, position + after);
  const draw = (stretch: ChangedStretch) => (
    <Stretch key={stretch.at} stretch={stretch} context={context} range={range} />
  );
  const strip = (from: number, to: number) =>
    changedStretches(context, changes, { start: from, end: to, least }).map(draw);
  return (
    <li className="concordance-line">
      <span className="text-right text-ink-2" title="Σ of the changes along the context, in nats">
        {signed(sumOf(changes), 2)}
      </span>
      <p className="concordance-text" data-strip>
        <span className="concordance-before">
          <span>{strip(start, position)}</span>
        </span>
        <span className="concordance-from">{strip(position, end)}</span>
      </p>
      <label className="grid size-6 cursor-pointer place-items-center rounded text-ink-2 hover:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-accent">
        <input type="checkbox" className="unfold sr-only" aria-label="Show the whole window" />
        <ChevronDown aria-hidden="true" size={14} />
      </label>
    </li>
  );
}

type StretchProps = { stretch: ChangedStretch; context: Context; range: number };

function Stretch({ stretch: { at, tokens, change }, context, range }: StretchProps) {
  const chosen = at === context.position;
  const text = <TokenText tokens={tokens} />;
  if (change === 0) return chosen ? <span className="token-chosen">{text}</span> : text;
  const { className, style } = shadeOf(change, range);
  const next = tokenLabel(context.tokens[at + 1] ?? "");
  const [ce, without] = [context.ce_sae[at] ?? 0, context.ce_without[at] ?? 0];
  const activation = context.activations[at] ?? 0;
  const active = activation > 0 ? `; activation ${formatNumber(activation, 3)}` : "";
  return (
    <span
      data-token
      tabIndex={chosen ? 0 : -1}
      title={`${tokenLabel(tokens[0] ?? "")} → ${next}: ${signed(change)} nats (CE ${formatNumber(ce, 3)} → ${formatNumber(without, 3)} without it)${active}`}
      style={style}
      className={chosen ? `${className} token-chosen` : className}
    >
      {text}
    </span>
  );
}

function signed(value: number, digits = 3): string {
  const text = formatNumber(value, digits);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}
