import Link from "next/link";
import type { MetricName } from "trainer/bundle";
import { formatCount } from "@/lib/format.ts";
import { formatMetric } from "@/lib/metrics.ts";
import { featurePath, tryPath } from "@/lib/routes.ts";
import { nameOf, type TryQuery } from "@/lib/try-query.ts";
import type { TryView } from "@/lib/views.ts";
import { ImportMark } from "../dictionary/import-mark.tsx";
import { MetricTerm } from "../ui/metric-term.tsx";
import { Section } from "../ui/section.tsx";
import { FeaturesAlong } from "./features-along.tsx";
import { TokensAlong } from "./tokens-along.tsx";
import { TriedText } from "./tried-text.tsx";

export type Tried = TryView["dictionaries"][number];
type Props = {
  tokens: string[];
  tried: Tried;
  query: TryQuery;
  /** its place among those asked for: the feature of the query is one of the first */
  place: number;
};

const totals = ["l0", "ce_clean", "ce_sae", "ce_diff"] as const satisfies MetricName[];

/** What one dictionary says of the text. */
export function TriedDictionary({ tokens, tried, query, place }: Props) {
  const { dictionary } = tried;
  const { model, slug } = dictionary;
  const asked = query.dictionaries[place] ?? { name: slug };
  const pinned = asked.revision === undefined ? {} : { revision: asked.revision };
  const others = query.dictionaries.filter((_, i) => i !== place);
  const links = {
    feature: (index: number) => featurePath(model, slug, index, pinned),
    /** the same with the text coloured by the feature, or by CE-diff */
    colour: (feature: number | null) =>
      tryPath({ model, d: [asked, ...others].map(nameOf), text: query.text, feature }),
  };
  const feature = place === 0 ? query.feature : null;
  const followed = tried.features.find(({ index }) => index === feature) ?? null;
  return (
    <section aria-label={slug} className="space-y-6 border-t border-line pt-6">
      <div className="flex flex-wrap items-baseline justify-between gap-x-8 gap-y-2">
        <h2 className="font-serif text-2xl tracking-tight">
          <Link href={`/${model}/${slug}`} className="hover:underline">
            {slug}
          </Link>{" "}
          <ImportMark imported={dictionary.imported} />
        </h2>
        <dl className="flex flex-wrap gap-x-6 gap-y-1">
          {totals.map((name) => (
            <div key={name} className="flex items-baseline gap-2">
              <dt className="text-ink-2">
                <MetricTerm name={name} />
              </dt>
              <dd className="font-mono text-[0.8125rem] tabular-nums">
                {formatMetric(name, tried.totals[name] ?? undefined)}
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <TriedText tokens={tokens} tried={tried} feature={followed} byCeDiff={links.colour(null)} />
      <p className="text-xs text-ink-2">
        Means over {formatCount(tried.totals.counted)} counted tokens, the losses over the{" "}
        {formatCount(tried.totals.predicted)} of them that have a next one.
      </p>
      <div className="grid gap-x-10 gap-y-8 xl:grid-cols-2">
        <Section title="By token" aside="strongest features first">
          <TokensAlong tokens={tokens} tried={tried} hrefOf={links.feature} />
        </Section>
        <Section title="By feature" aside="most active first">
          <FeaturesAlong
            tokens={tokens}
            features={tried.features}
            current={feature}
            hrefOf={links.feature}
            colourOf={links.colour}
          />
        </Section>
      </div>
    </section>
  );
}
