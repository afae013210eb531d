import { snippetApiPath } from "@/lib/routes.ts";
import type { SnippetView } from "@/lib/views.ts";
import type { Of } from "../../map/of.ts";
import { useJson } from "../../map/use-json.ts";
import { TokenText } from "../../ui/token.tsx";
import { figuresText } from "./colorings.ts";
import type { MapPoints } from "./points.ts";

/** The text around a point, and its figures. */
export function DatapointCard({ of, points, row }: { of: Of; points: MapPoints; row: number }) {
  const place = { context: points.context[row] ?? 0, position: points.position[row] ?? 0 };
  const found = useJson<SnippetView>(snippetApiPath(of.model, of.dictionary, place, of));
  return (
    <>
      <p className="line-clamp-3 min-h-8 font-mono whitespace-pre-wrap">
        {found === null ? (
          <span className="text-ink-2">…</span>
        ) : typeof found === "string" ? (
          <span className="text-danger">{found}</span>
        ) : (
          <Text snippet={found.snippet} />
        )}
      </p>
      <p className="mt-1 text-2xs text-ink-2 tabular-nums">{figuresText(points, row)}</p>
    </>
  );
}

function Text({ snippet: { tokens, at } }: Pick<SnippetView, "snippet">) {
  return (
    <>
      <span className="text-ink-2">
        <TokenText tokens={tokens.slice(Math.max(0, at - 10), at)} />
      </span>
      <b className="rounded-sm bg-sunken font-semibold">
        <TokenText tokens={tokens.slice(at, at + 1)} />
      </b>
      <span className="text-ink-2">
        <TokenText tokens={tokens.slice(at + 1, at + 8)} />
      </span>
    </>
  );
}
