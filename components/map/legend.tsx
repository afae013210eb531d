import { formatCount, formatShort } from "@/lib/format.ts";
import type { Colored, Coloring, Noun } from "./colorings.ts";

type Props = {
  coloring: Coloring;
  colored: Colored;
  noun: Noun;
  /** selects a category; null: the others */
  onCategory: (id: number | null) => void;
};

/** What the colours stand for, with their values. */
export function Legend({ coloring: { title, unit, formula }, colored, noun, onCategory }: Props) {
  if (colored.categories)
    return (
      <ul aria-label={`Colours by ${title}`} className="flex flex-wrap gap-x-1 gap-y-1 text-xs">
        {colored.categories.map(({ id, text, points, color }) => (
          <li key={id}>
            <button
              type="button"
              title={`Select the ${formatCount(points)} ${noun.many} of this ${title}`}
              onClick={() => onCategory(id)}
              className="flex cursor-pointer items-center gap-1.5 rounded px-1.5 py-1 hover:bg-sunken"
            >
              <Swatch color={color} />
              {id === null ? <span>{text}</span> : <code>{text}</code>}
              <span className="text-ink-2 tabular-nums">{formatCount(points)}</span>
            </button>
          </li>
        ))}
      </ul>
    );
  const { kind, low, high, clipped, stops } = colored.scale;
  if (low === high)
    return (
      <p className="flex items-center gap-1.5 py-1 text-xs text-ink-2" title={formula}>
        <Swatch color={stops[Math.floor(stops.length / 2)] ?? ""} /> {formatShort(low)} {unit}{" "}
        {clipped === 0 ? `at every ${noun.one}` : `at nearly every ${noun.one}`}
      </p>
    );
  const middle =
    kind === "diverging" ? 0 : kind === "log" ? Math.sqrt(low * high) : (low + high) / 2;
  const scale = [unit, kind === "log" && "log"].filter(Boolean).join(", ");
  const gradient = stops.filter((_, i) => i % 15 === 0).join(", ");
  return (
    <div className="w-64 max-w-full text-2xs text-ink-2 tabular-nums" title={formula}>
      <div
        aria-hidden="true"
        className="h-2.5 rounded-sm border border-line"
        style={{ background: `linear-gradient(to right in oklab, ${gradient})` }}
      />
      <p className="mt-0.5 grid grid-cols-3">
        <span title="what is less has the same colour">≤ {formatShort(low)}</span>
        <span className="text-center">
          {formatShort(middle)} {scale && <span className="whitespace-nowrap">({scale})</span>}
        </span>
        <span className="text-right" title="what is more has the same colour">
          ≥ {formatShort(high)}
        </span>
      </p>
      <p>
        {formatCount(clipped)} beyond the ends; drawn on top:{" "}
        {kind === "diverging" ? "the farthest from 0" : "the largest"}
      </p>
    </div>
  );
}

function Swatch({ color }: { color: string }) {
  return (
    <span
      aria-hidden="true"
      className="inline-block size-2.5 rounded-full"
      style={{ background: color }}
    />
  );
}
