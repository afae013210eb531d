import { formatOneIn, formatShort } from "@/lib/format.ts";
import { featurePreviewApiPath } from "@/lib/routes.ts";
import type { FeaturePreview } from "@/lib/views.ts";
import type { Of } from "../../map/of.ts";
import { useJson } from "../../map/use-json.ts";
import { TokenChip, TokenText } from "../../ui/token.tsx";

/** What a feature fires on, and what it promotes. */
export function FeaturePreviewCard({ of, index }: { of: Of; index: number }) {
  const found = useJson<FeaturePreview>(featurePreviewApiPath(of.model, of.dictionary, index, of));
  return (
    <>
      <p className="flex items-baseline gap-2">
        <b className="font-mono font-semibold">{index}</b>
        {found !== null && typeof found !== "string" && (
          <>
            {found.top_token === null ? "dead" : <TokenChip token={found.top_token} />}
            {found.label !== null && <span className="truncate">{found.label}</span>}
            <span className="ml-auto shrink-0 text-2xs text-ink-2">
              fires {formatOneIn(found.density)}
            </span>
          </>
        )}
      </p>
      {found === null ? (
        <p className="mt-1 min-h-16 text-ink-2">…</p>
      ) : typeof found === "string" ? (
        <p className="mt-1 min-h-16 text-danger">{found}</p>
      ) : (
        <div className="mt-1 min-h-16">
          {found.example && <Excerpt example={found.example} max={found.max_activation} />}
          <p className="mt-1 truncate text-2xs text-ink-2">
            promotes{" "}
            {found.promoted.map((token, rank) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two tokens may have one text; ranks do not move
              <span key={rank} className="mr-1">
                <TokenChip token={token} />
              </span>
            ))}
          </p>
        </div>
      )}
    </>
  );
}

type ExcerptProps = { example: NonNullable<FeaturePreview["example"]>; max: number };

/** Tokens of the top example, coloured by how active it is at each. */
function Excerpt({ example: { tokens, activations }, max }: ExcerptProps) {
  return (
    <p className="line-clamp-2 font-mono whitespace-pre-wrap">
      {tokens.map((token, at) => {
        const activation = activations[at] ?? 0;
        const share = max > 0 ? activation / max : 0;
        return (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: tokens of a text do not move
            key={at}
            className={share > 0 ? "token" : "text-ink-2"}
            style={{ "--a": share } as React.CSSProperties}
            title={share > 0 ? formatShort(activation) : undefined}
          >
            <TokenText tokens={[token]} />
          </span>
        );
      })}
    </p>
  );
}
