import type { ReactNode } from "react";
import { formatCount, formatOneIn } from "@/lib/format.ts";
import type { FeatureView } from "@/lib/views.ts";
import { TokenChip } from "../ui/token.tsx";
import { firesOn } from "./describe.ts";

/** How many tokens each line names. */
const MOST = 6;

/** A feature in three lines: what it fires on, how often, and what it writes. */
export function Summary({ feature }: { feature: FeatureView }) {
  const { record, top_logits, bottom_logits, dashboard_tokens } = feature;
  const tokens = firesOn(feature).slice(0, MOST);
  const examples = feature.intervals[0]?.examples.length ?? 0;
  return (
    <dl className="panel grid gap-x-8 gap-y-3 px-4 py-3.5 sm:grid-cols-2 lg:grid-cols-[1.2fr_1fr_1fr]">
      <Line
        term="Fires on"
        title={`The tokens of its ${examples} strongest examples, most frequent first`}
      >
        {tokens.length === 0 ? (
          <span className="text-ink-2">none of {formatCount(dashboard_tokens)} counted tokens</span>
        ) : (
          <>
            {tokens.map(({ token, examples }) => (
              <span key={token} className="whitespace-nowrap">
                <TokenChip token={token} />
                {examples > 1 && <span className="ml-0.5 text-xs text-ink-2">×{examples}</span>}
              </span>
            ))}
            <span className="text-ink-2">{formatOneIn(record.density)}</span>
          </>
        )}
      </Line>
      <Line term="Promotes" title="The tokens whose logits it raises most: W_dec · W_U">
        {top_logits.slice(0, MOST).map(({ token }, rank) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two tokens may have one text; ranks do not move
          <TokenChip key={rank} token={token} />
        ))}
      </Line>
      <Line term="Suppresses" title="The tokens whose logits it lowers most: W_dec · W_U">
        {bottom_logits.slice(0, MOST).map(({ token }, rank) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two tokens may have one text; ranks do not move
          <TokenChip key={rank} token={token} />
        ))}
      </Line>
    </dl>
  );
}

function Line({ term, title, children }: { term: string; title: string; children: ReactNode }) {
  return (
    <div>
      <dt className="eyebrow mb-1">
        <span className="hint" title={title}>
          {term}
        </span>
      </dt>
      <dd className="flex flex-wrap items-baseline gap-x-2 gap-y-1">{children}</dd>
    </div>
  );
}
