import { formatOneIn } from "@/lib/format.ts";
import { formatStatistic } from "@/lib/metrics.ts";
import type { HoverCardView } from "@/lib/views.ts";
import { ConcordanceText } from "../feature/concordance-line.tsx";

/** Where a feature fires most, once that is known. */
export function CardExamples({ preview }: { preview: HoverCardView | "failed" | null }) {
  if (preview === null) return <p className="text-ink-2">Loading its top activations…</p>;
  if (preview === "failed") return <p className="text-ink-2">The hub could not show it.</p>;
  const { examples, max_activation, density } = preview;
  if (examples.length === 0) return <p className="text-ink-2">Dead: it fires on no token.</p>;
  return (
    <>
      <ol aria-label="Top activations" className="space-y-1 font-mono text-xs">
        {examples.map((example) => (
          <li key={`${example.context} ${example.position}`}>
            <ConcordanceText example={example} max={max_activation} />
          </li>
        ))}
      </ol>
      <p className="mt-2 text-xs text-ink-2">
        {formatOneIn(density)}; at most {formatStatistic("max_activation", max_activation)}
      </p>
    </>
  );
}
