import Link from "next/link";
import { formatNumber } from "@/lib/format.ts";
import type { FeatureRow } from "@/lib/views.ts";
import { TokenChip } from "../ui/token.tsx";
import type { FigureColumn } from "./feature-figures.ts";

type Props = {
  row: FeatureRow;
  href: string;
  figures: FigureColumn[];
  /** of the link, where keys move along rows */
  tabIndex?: number;
};

/** A feature's cells in a table. */
export function FeatureCells({ row, href, figures, tabIndex }: Props) {
  const isDead = row.top_token === null;
  return (
    <>
      <th scope="row" className="sticky left-0 bg-surface">
        <Link
          href={href}
          prefetch={false}
          tabIndex={tabIndex}
          className="link font-mono text-[0.8125rem] font-medium"
        >
          {row.index}
        </Link>
      </th>
      <td className="truncate">
        {row.top_token === null ? (
          <span className="text-ink-2">dead</span>
        ) : (
          <TokenChip token={row.top_token} />
        )}
      </td>
      <td className="truncate" title={row.label ?? undefined}>
        {row.label}
      </td>
      {figures.map(({ name, digits }) => (
        <td key={name} className={`figure ${isDead ? "text-ink-2" : ""}`}>
          {name === "density" && <DensityBar density={row.density} />}
          {formatNumber(row[name], digits)}
        </td>
      ))}
      <td className="max-w-md min-w-64 truncate text-[0.8125rem]">
        {row.promoted.slice(0, 6).map((token, rank) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two tokens may have one text; ranks do not move
          <span key={rank} className="mr-1">
            <TokenChip token={token} />
          </span>
        ))}
      </td>
    </>
  );
}

/** Density at a glance: six decades from left to right. */
function DensityBar({ density }: { density: number }) {
  const share = density > 0 ? Math.max(0.02, 1 + Math.log10(density) / 6) : 0;
  return (
    <span
      aria-hidden="true"
      className="mr-2.5 inline-block h-1.5 w-16 rounded-full bg-sunken align-middle max-md:hidden"
    >
      <span
        className="block h-full rounded-full bg-positive"
        style={{ width: `${share * 100}%` }}
      />
    </span>
  );
}
