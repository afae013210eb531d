import Link from "next/link";
import { formatCount, formatPercent } from "@/lib/format.ts";
import { formatStatistic } from "@/lib/metrics.ts";
import { dictionaryPath, featurePath, searchFor } from "@/lib/routes.ts";
import { shortSearch } from "@/lib/search-query.ts";
import type { SearchQuery, TokenGroup, TokenHit } from "@/lib/views.ts";
import { ConcordanceText } from "../feature/concordance-line.tsx";
import { TokenChip } from "../ui/token.tsx";

type Props = { group: TokenGroup; query: SearchQuery };

/** What one dictionary has for the words. */
export function TokenGroupCard({ group, query }: Props) {
  const { model, dictionary, hook_name, features, cut, hits } = group;
  const more = features > hits.length && query.dictionary === "";
  const count = `${formatCount(features)}${cut ? " or more" : ""} ${features === 1 ? "feature" : "features"}`;
  return (
    <section className="panel overflow-hidden" aria-label={`${model}/${dictionary}`}>
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-b border-line px-4 py-2.5">
        <h3 className="font-mono text-[0.8125rem]">
          <Link href={dictionaryPath(model, dictionary)} className="link font-medium">
            {dictionary}
          </Link>
        </h3>
        <span className="font-mono text-xs text-ink-2">
          {model} · {hook_name}
        </span>
        <span className="ml-auto text-xs text-ink-2 tabular-nums">
          {more ? (
            <Link
              href={searchFor(shortSearch({ ...query, in: "tokens", model, dictionary, page: 1 }))}
              className="link"
            >
              {count}
            </Link>
          ) : (
            count
          )}
        </span>
      </div>
      <ol className="divide-y divide-line">
        {hits.map((hit) => (
          <HitRow key={hit.index} hit={hit} href={featurePath(model, dictionary, hit.index)} />
        ))}
      </ol>
    </section>
  );
}

/** A feature, how much it fires on the token, and where. */
function HitRow({ hit, href }: { hit: TokenHit; href: string }) {
  const { index, token, activation, share, label, example } = hit;
  const strength = `${formatStatistic("max_activation", activation)} on this token ÷ ${formatStatistic("max_activation", activation / share)}, the feature's maximum`;
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-2 text-[0.8125rem] hover:bg-sunken/60 md:grid-cols-[4.5rem_8.5rem_8rem_minmax(0,1fr)] md:items-center">
      <Link href={href} prefetch={false} className="link w-fit font-mono">
        {index}
      </Link>
      <span title={strength} className="flex items-center gap-2 font-mono tabular-nums">
        <span aria-hidden="true" className="h-1.5 w-16 overflow-hidden rounded-full bg-sunken">
          <span
            className="block h-full rounded-full bg-activation"
            style={{ width: `${Math.min(100, 100 * share)}%` }}
          />
        </span>
        {formatPercent(share)}
      </span>
      <span className="truncate">
        <TokenChip token={token} />
      </span>
      <span className="min-w-0 font-mono">
        {label && <span className="block truncate font-sans text-ink-2">{label}</span>}
        {example && <ConcordanceText example={example} max={activation / share} />}
      </span>
    </li>
  );
}
