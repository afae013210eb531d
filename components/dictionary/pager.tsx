import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { shortQuery } from "@/lib/feature-query.ts";
import { formatCount } from "@/lib/format.ts";
import { featuresPath } from "@/lib/routes.ts";
import type { FeatureQuery } from "@/lib/views.ts";

type Props = {
  model: string;
  dictionary: string;
  query: FeatureQuery;
  total: number;
  revision?: string;
};

/** "51–100 of 2,048", with the pages before and after. */
export function Pager({ model, dictionary, query, total, revision }: Props) {
  const { page, per_page } = query;
  const pages = Math.max(1, Math.ceil(total / per_page));
  const first = Math.min(total, (page - 1) * per_page + 1);
  const last = Math.min(total, page * per_page);
  const href = (to: number) =>
    featuresPath(model, dictionary, { ...shortQuery({ ...query, page: to }), revision });
  return (
    <nav aria-label="Pages" className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <p className="text-ink-2 tabular-nums">
        {total === 0
          ? "none"
          : `${formatCount(first)}–${formatCount(last)} of ${formatCount(total)}`}
      </p>
      {pages > 1 && (
        <div className="flex items-center gap-2">
          <Step href={page > 1 ? href(Math.min(page - 1, pages)) : null} label="Previous page">
            <ChevronLeft aria-hidden="true" size={14} />
          </Step>
          <span className="text-ink-2 tabular-nums">
            page {formatCount(page)} of {formatCount(pages)}
          </span>
          <Step href={page < pages ? href(page + 1) : null} label="Next page">
            <ChevronRight aria-hidden="true" size={14} />
          </Step>
        </div>
      )}
    </nav>
  );
}

function Step({
  href,
  label,
  children,
}: {
  href: string | null;
  label: string;
  children: ReactNode;
}) {
  if (href === null) return <span className="button w-8 px-0 opacity-40">{children}</span>;
  return (
    <Link href={href} aria-label={label} className="button w-8 px-0">
      {children}
    </Link>
  );
}
