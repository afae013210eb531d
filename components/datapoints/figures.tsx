import { datapointFigures } from "trainer/bundle";
import type { DatapointView } from "@/lib/views.ts";
import { type FigureName, FigureTerm, formatFigure } from "./figure-term.tsx";
import { originText } from "./origins.ts";

/** A datapoint's own numbers; of most positions of a text only the losses are stored. */
export function Figures({ datapoint: { figures, origin, tokens, position } }: Props) {
  const names = Object.keys(datapointFigures) as FigureName[];
  const known = names.filter((name) => figures[name] !== null);
  return (
    <div className="panel">
      <dl className="grid grid-cols-2 sm:grid-cols-4 xl:grid-cols-7">
        {known.map((name) => (
          <div key={name} className="px-4 pt-3 pb-1">
            <dt className="eyebrow truncate">
              <FigureTerm name={name} />
            </dt>
            <dd className="font-serif text-2xl tracking-tight tabular-nums">
              {formatFigure(name, figures[name] ?? Number.NaN)}
            </dd>
          </div>
        ))}
      </dl>
      <p className="px-4 pt-1 pb-3 text-xs text-ink-2">
        {origin === null
          ? "Not one of the stored datapoints, but it lies in the context of one: its losses are known."
          : `Stored as a datapoint: ${originText[origin]}.`}{" "}
        {!tokens[position]?.counted &&
          "The token policy leaves it out: x is not replaced here, and no mean counts it."}
      </p>
    </div>
  );
}

type Props = { datapoint: DatapointView };
