import Link from "next/link";
import { type HeatCell, heatmapLayout } from "./heatmap-layout.ts";

/** What rows and columns stand for; both are the same things in the same order. */
export type HeatPlace = {
  name: string;
  /** in a row's and a column's head */
  label: string;
  href: string;
  /** the one whose page it is */
  own?: boolean;
};

type Props = {
  caption: string;
  places: HeatPlace[];
  matrix: readonly (readonly (number | null)[])[];
  /** the value that has no colour */
  neutral: number;
  format: (value: number) => string;
};

/** Every value is written in its cell, so that the shade only helps to find it; a cell leads to its row's place. */
export function Heatmap({ caption, places, matrix, neutral, format }: Props) {
  const rows = heatmapLayout(matrix, neutral);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <section aria-label={caption} tabIndex={0} className="relative overflow-x-auto">
      <table className="w-full border-separate border-spacing-0.5 font-mono text-xs tabular-nums">
        <caption className="pb-2 text-left font-sans text-xs text-ink-2">{caption}</caption>
        <thead>
          <tr>
            <td />
            {places.map((place) => (
              <th key={place.name} scope="col" className="px-1 pb-1 text-center font-normal">
                <PlaceLink place={place} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, i) => {
            const place = places[i];
            return (
              place && (
                <tr key={place.name}>
                  <th
                    scope="row"
                    className="sticky left-0 bg-surface pr-2 text-left font-normal whitespace-nowrap"
                  >
                    <PlaceLink place={place} />
                  </th>
                  {cells.map((cell) => (
                    <Cell key={cell.column} cell={cell} places={places} format={format} />
                  ))}
                </tr>
              )
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function PlaceLink({ place: { name, label, href, own } }: { place: HeatPlace }) {
  if (own) return <strong title={name}>{label}</strong>;
  return (
    <Link href={href} prefetch={false} title={name} className="hover:text-accent">
      {label}
    </Link>
  );
}

type CellProps = Pick<Props, "places" | "format"> & { cell: HeatCell };

function Cell({ cell: { row, column, value, shade, side }, places, format }: CellProps) {
  const [a, b] = [places[row], places[column]];
  if (row === column) return <td className="min-w-10 bg-sunken" aria-label="itself" />;
  const text = value === null ? "–" : format(value);
  const color = side === "above" ? "var(--positive)" : "var(--negative)";
  return (
    <td
      className="min-w-10 rounded-sm p-0 text-center"
      style={{
        // at most half, so that ink stays readable by day and by night
        background: `color-mix(in oklab, ${color} ${Math.round(50 * shade)}%, var(--surface))`,
      }}
    >
      <Link
        href={a?.href ?? ""}
        prefetch={false}
        title={`${a?.name} and ${b?.name}: ${text}`}
        className="block px-0.5 py-2 whitespace-nowrap"
      >
        {text}
      </Link>
    </td>
  );
}
