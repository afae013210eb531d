import Link from "next/link";
import type { Hover } from "../../plots/live-map.ts";
import { TokenText } from "../../ui/token.tsx";
import { figuresText } from "./colorings.ts";
import type { Of } from "./map-loader.tsx";
import type { MapPoints } from "./points.ts";
import { useSnippet } from "./use-snippet.ts";

type Props = {
  hover: Hover;
  points: MapPoints;
  of: Of;
  /** for those who point with a finger, and so do not click through */
  href: string | null;
};

/** The text around a point, beside it. */
export function HoverCard({ hover, points, of, href }: Props) {
  const { point, x, y, width } = hover;
  const place = { context: points.context[point] ?? 0, position: points.position[point] ?? 0 };
  const text = useSnippet(of, place);
  const wide = Math.min(320, width - 16);
  const left = Math.min(Math.max(8, x - wide / 2), width - wide - 8);
  const up = y > 130 ? "translateY(calc(-100% - 14px))" : "translateY(14px)";
  return (
    <div
      role="status"
      className={`absolute rounded-md border border-line-strong bg-surface px-3 py-2 text-xs shadow-lg ${href ? "" : "pointer-events-none"}`}
      style={{ left, top: y, width: wide, transform: up }}
    >
      <p className="line-clamp-3 min-h-8 font-mono whitespace-pre-wrap">
        {text === null ? (
          <span className="text-ink-2">…</span>
        ) : typeof text === "string" ? (
          <span className="text-danger">{text}</span>
        ) : (
          <>
            <span className="text-ink-2">
              <TokenText tokens={text.tokens.slice(Math.max(0, text.at - 10), text.at)} />
            </span>
            <b className="rounded-sm bg-sunken font-semibold">
              <TokenText tokens={text.tokens.slice(text.at, text.at + 1)} />
            </b>
            <span className="text-ink-2">
              <TokenText tokens={text.tokens.slice(text.at + 1, text.at + 8)} />
            </span>
          </>
        )}
      </p>
      <p className="mt-1 text-2xs text-ink-2 tabular-nums">{figuresText(points, point)}</p>
      {href && (
        <Link href={href} className="link mt-1 inline-block">
          Open this datapoint
        </Link>
      )}
    </div>
  );
}
