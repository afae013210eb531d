import { formatCount } from "@/lib/format.ts";
import { formatStatistic } from "@/lib/metrics.ts";
import { featurePath } from "@/lib/routes.ts";
import type { ElsewhereView } from "@/lib/views.ts";
import { TokenChip } from "../ui/token.tsx";

type Props = { elsewhere: ElsewhereView };

/** The nearest feature of each of the model's other dictionaries. */
export function Elsewhere({ elsewhere: { rows, features, left_out } }: Props) {
  if (rows.length === 0)
    return (
      <p className="panel px-4 py-3 text-[0.8125rem] text-ink-2">
        This hub has no other dictionary of the model whose decoder rows are as wide.
      </p>
    );
  return (
    <>
      <ol className="panel divide-y divide-line px-4 py-1">
        {rows.map(({ dictionary: { model, slug, hook_name }, index, cosine, top_token }) => (
          <li
            key={slug}
            className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-2 py-1.5 text-[0.8125rem]"
          >
            <span className="truncate">
              <a href={featurePath(model, slug, index)} data-soft className="link">
                {slug} <span className="font-mono">{index}</span>
              </a>{" "}
              {top_token === null ? (
                <span className="text-ink-2">dead</span>
              ) : (
                <TokenChip token={top_token} />
              )}
            </span>
            <span className="font-mono tabular-nums">
              {formatStatistic("nearest_cosine", cosine)}
            </span>
            <code className="truncate text-xs text-ink-2">{hook_name}</code>
          </li>
        ))}
      </ol>
      <p className="mt-2 text-xs text-ink-2">
        Computed on request: the decoder cosine with each of the {formatCount(features)} features of{" "}
        {formatCount(rows.length)} dictionaries, each at its newest revision.
        {left_out > 0 &&
          ` ${formatCount(left_out)} more were left out, those of layers further away.`}
      </p>
    </>
  );
}
