import { formatCount, formatShort } from "@/lib/format.ts";
import { type Coloring, type ColoringName, colorings, rowsOfToken } from "./colorings.ts";
import type { MapPoints } from "./points.ts";

type Props = {
  name: ColoringName;
  coloring: Coloring;
  points: MapPoints;
  onSelect: (rows: number[]) => void;
};

/** What the colours stand for, with their values. */
export function Legend({ name, coloring, points, onSelect }: Props) {
  if (coloring.categories)
    return (
      <ul aria-label="Tokens and their colours" className="flex flex-wrap gap-x-1 gap-y-1 text-xs">
        {coloring.categories.map(({ id, text, datapoints, color }) => (
          <li key={id}>
            <button
              type="button"
              title={`Select the ${formatCount(datapoints)} datapoints of this token`}
              onClick={() => onSelect(rowsOfToken(points, id))}
              className="flex cursor-pointer items-center gap-1.5 rounded px-1.5 py-1 hover:bg-sunken"
            >
              <Swatch color={color} />
              {id === null ? <span>{text}</span> : <code>{text}</code>}
              <span className="text-ink-2 tabular-nums">{formatCount(datapoints)}</span>
            </button>
          </li>
        ))}
      </ul>
    );
  const { kind, low, high, clipped, stops } = coloring.scale;
  const { unit } = colorings[name];
  if (low === high)
    return (
      <p className="flex items-center gap-1.5 py-1 text-xs text-ink-2">
        <Swatch color={stops[Math.floor(stops.length / 2)] ?? ""} /> {formatShort(low)} {unit}{" "}
        {clipped === 0 ? "at every datapoint" : "at nearly every datapoint"}
      </p>
    );
  const middle =
    kind === "diverging" ? 0 : kind === "log" ? Math.sqrt(low * high) : (low + high) / 2;
  const gradient = stops.filter((_, i) => i % 15 === 0).join(", ");
  return (
    <div className="w-64 max-w-full text-2xs text-ink-2 tabular-nums">
      <div
        aria-hidden="true"
        className="h-2.5 rounded-sm border border-line"
        style={{ background: `linear-gradient(to right in oklab, ${gradient})` }}
      />
      <p className="mt-0.5 grid grid-cols-3">
        <span title="what is less has the same colour">≤ {formatShort(low)}</span>
        <span className="text-center">
          {formatShort(middle)}{" "}
          {unit && (
            <span className="whitespace-nowrap">
              ({unit}
              {kind === "log" && ", log"})
            </span>
          )}
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
