import Link from "next/link";
import { formatCount, formatTime } from "@/lib/format.ts";
import type { DiscussionSummary } from "@/lib/views.ts";
import { Author } from "./byline.tsx";

type Props = { discussions: { discussion: DiscussionSummary; href: string }[] };

/** Discussions with when somebody last wrote in them. */
export function DiscussionList({ discussions }: Props) {
  return (
    <ol className="panel divide-y divide-line">
      {discussions.map(({ discussion, href }) => (
        <li key={discussion.id} className="px-4 py-3">
          <Link href={href} className="link font-medium">
            <bdi>{discussion.title}</bdi>
          </Link>
          <p className="text-xs text-ink-2">
            <Author name={discussion.author} /> · {formatCount(discussion.comments)}{" "}
            {discussion.comments === 1 ? "comment" : "comments"} ·{" "}
            <time dateTime={discussion.active_at}>{formatTime(discussion.active_at)}</time>
          </p>
        </li>
      ))}
    </ol>
  );
}
