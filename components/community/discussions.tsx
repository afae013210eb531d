import { MessageSquarePlus } from "lucide-react";
import Link from "next/link";
import { discussionsPath, feedPath, newDiscussionPath } from "@/lib/routes.ts";
import type { DiscussionSummary } from "@/lib/views.ts";
import { Pager } from "../dictionary/pager.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { DiscussionList } from "./discussion-list.tsx";
import { FeedLink } from "./feed-link.tsx";

type Props = {
  discussions: DiscussionSummary[];
  total: number;
  query: { page: number; per_page: number };
  mayWrite: boolean;
};

/** All discussions, a page at a time. */
export function Discussions({ discussions, total, query, mayWrite }: Props) {
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title="Discussions"
        lead="What people say of features and dictionaries, the newest words first."
        actions={
          <>
            <FeedLink href={feedPath()} />
            {mayWrite && (
              <Link href={newDiscussionPath()} className="button">
                <MessageSquarePlus aria-hidden="true" size={14} /> New discussion
              </Link>
            )}
          </>
        }
      />
      <div className="mt-6 space-y-4">
        {discussions.length > 0 ? (
          <DiscussionList
            discussions={discussions.map((discussion) => ({
              discussion,
              href: discussion.address,
            }))}
          />
        ) : (
          <p className="panel px-4 py-6 text-ink-2">
            {total > 0
              ? "There are no discussions on this page."
              : "Nobody has begun one yet. A feature's page has a button that begins one about it."}
          </p>
        )}
        {total > 0 && (
          <Pager
            query={query}
            total={total}
            hrefOf={(page) => (page === 1 ? discussionsPath : `${discussionsPath}?page=${page}`)}
          />
        )}
      </div>
    </div>
  );
}
