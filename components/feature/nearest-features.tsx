import { Telescope } from "lucide-react";
import type { ReactNode } from "react";
import { formatStatistic } from "@/lib/metrics.ts";
import type { FeatureView } from "@/lib/views.ts";
import { MetricTerm } from "../ui/metric-term.tsx";
import { Section } from "../ui/section.tsx";
import { TokenChip } from "../ui/token.tsx";

type Props = {
  nearest: FeatureView["nearest"];
  hrefOf: (index: number) => string;
  /** this page with the nearest of other dictionaries */
  othersHref: string;
  /** those, if they were asked for */
  others: ReactNode;
};

/** The features of this dictionary whose decoder rows point most nearly the same way. */
export function NearestFeatures({ nearest, hrefOf, othersHref, others }: Props) {
  return (
    <Section
      title="Nearest features"
      aside={<MetricTerm name="nearest_cosine">decoder cosine</MetricTerm>}
    >
      <ol className="panel divide-y divide-line px-4 py-1">
        {nearest.map(({ index, cosine, top_token }) => (
          <li
            key={index}
            className="grid grid-cols-[4rem_minmax(0,1fr)_auto] items-baseline gap-2 py-1.5"
          >
            <a href={hrefOf(index)} data-soft className="link font-mono text-[0.8125rem]">
              {index}
            </a>
            <span className="truncate text-[0.8125rem]">
              {top_token === null ? (
                <span className="text-ink-2">dead</span>
              ) : (
                <TokenChip token={top_token} />
              )}
            </span>
            <span className="font-mono text-[0.8125rem] tabular-nums">
              {formatStatistic("nearest_cosine", cosine)}
            </span>
          </li>
        ))}
      </ol>
      <h3 id="others" className="eyebrow mt-4 mb-2 scroll-mt-20">
        In the model’s other dictionaries
      </h3>
      {others || (
        <a href={othersHref} rel="nofollow" data-soft="still" className="button">
          <Telescope aria-hidden="true" size={14} /> Look for it there
        </a>
      )}
    </Section>
  );
}
