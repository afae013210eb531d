import { Rss } from "lucide-react";

/** A feed, for whoever follows it in a reader of their own. */
export function FeedLink({ href }: { href: string }) {
  return (
    <a href={href} className="button" type="application/atom+xml">
      <Rss aria-hidden="true" size={14} /> Feed
    </a>
  );
}
