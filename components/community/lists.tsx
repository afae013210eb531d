import { ListPlus } from "lucide-react";
import Link from "next/link";
import { formatCount, formatTime } from "@/lib/format.ts";
import { newListPath } from "@/lib/routes.ts";
import type { ListSummary } from "@/lib/views.ts";
import { PageHeading } from "../ui/page-heading.tsx";
import { Author } from "./byline.tsx";

type Props = { lists: ListSummary[]; mayWrite: boolean };

/** Public lists and one's own. */
export function Lists({ lists, mayWrite }: Props) {
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title="Lists"
        lead="Features that people collected, in an order of their own."
        actions={
          mayWrite && (
            <Link href={newListPath()} className="button">
              <ListPlus aria-hidden="true" size={14} /> New list
            </Link>
          )
        }
      />
      {lists.length === 0 ? (
        <p className="panel mt-6 px-4 py-6 text-ink-2">
          There are no lists yet. A feature&apos;s page has a menu that puts it into one.
        </p>
      ) : (
        <ol className="panel mt-6 divide-y divide-line">
          {lists.map((list) => (
            <li key={list.id} className="px-4 py-3">
              <Link href={list.address} prefetch={false} className="link font-medium">
                <bdi>{list.title}</bdi>
              </Link>
              <p className="text-xs text-ink-2">
                <Author name={list.owner} /> · {formatCount(list.items)}{" "}
                {list.items === 1 ? "feature" : "features"} ·{" "}
                <time dateTime={list.updated_at}>{formatTime(list.updated_at)}</time>
                {list.visibility !== "public" && ` · ${list.visibility}`}
              </p>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
