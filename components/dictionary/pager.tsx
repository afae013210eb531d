import { formatCount } from "@/lib/format.ts";
import { Turn } from "../ui/turn.tsx";

type Props = {
  query: { page: number; per_page: number };
  total: number;
  hrefOf: (page: number) => string;
};

/** "51–100 of 2,048", with the pages before and after. */
export function Pager({ query, total, hrefOf }: Props) {
  const { page, per_page } = query;
  const pages = Math.max(1, Math.ceil(total / per_page));
  const first = Math.min(total, (page - 1) * per_page + 1);
  const last = Math.min(total, page * per_page);
  return (
    <nav aria-label="Pages" className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <p className="text-ink-2 tabular-nums">
        {total === 0
          ? "none"
          : `${formatCount(first)}–${formatCount(last)} of ${formatCount(total)}`}
      </p>
      {pages > 1 && (
        <div className="flex items-center gap-2">
          <Turn
            href={page > 1 ? hrefOf(Math.min(page - 1, pages)) : null}
            label="Previous page"
            to="previous"
            scroll
          />
          <span className="text-ink-2 tabular-nums">
            page {formatCount(page)} of {formatCount(pages)}
          </span>
          <Turn href={page < pages ? hrefOf(page + 1) : null} label="Next page" to="next" scroll />
        </div>
      )}
    </nav>
  );
}
