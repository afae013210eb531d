import Link from "next/link";
import { formatCount } from "@/lib/format.ts";
import { featurePath, searchFor } from "@/lib/routes.ts";
import { shortSearch } from "@/lib/search-query.ts";
import type { LabelSearch, SearchQuery } from "@/lib/views.ts";
import { Section } from "../ui/section.tsx";

/** Beside other results only so many are shown. */
const few = 5;

/** Features by what people call them. */
export function LabelResults({ labels, query }: { labels: LabelSearch; query: SearchQuery }) {
  const beside = query.in === "all";
  const shown = beside ? labels.hits.slice(0, few) : labels.hits;
  if (shown.length === 0)
    return beside ? null : (
      <p className="panel px-6 py-10 text-center text-ink-2">
        Nobody has called a feature that. Labels are given on a feature&rsquo;s page.
      </p>
    );
  return (
    <Section
      title="Labels"
      aside={
        shown.length < labels.hits.length ? (
          <Link href={searchFor(shortSearch({ ...query, in: "labels" }))} className="link">
            all {formatCount(labels.hits.length)}
            {labels.more && " or more"}
          </Link>
        ) : (
          labels.more && `the first ${formatCount(labels.hits.length)}`
        )
      }
    >
      <ol className="panel divide-y divide-line">
        {shown.map(({ model, dictionary, index, text, votes }) => (
          <li
            key={`${model}/${dictionary}/${index} ${text}`}
            className="flex flex-wrap items-baseline gap-x-4 px-4 py-2 text-[0.8125rem] hover:bg-sunken/60"
          >
            <Link
              href={featurePath(model, dictionary, index)}
              prefetch={false}
              className="link min-w-0"
            >
              {text}
            </Link>
            <span className="ml-auto font-mono text-xs text-ink-2">
              {model}/{dictionary}/{index}
              {votes > 0 && ` · ${formatCount(votes)} agree`}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
