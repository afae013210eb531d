import type { NewsItem } from "./views.ts";
import { escapeXml } from "./xml.ts";

export type Feed = {
  title: string;
  /** where the feed lies, and the page that it is of */
  self: string;
  page: string;
  /** newest first */
  items: NewsItem[];
};

/** When anything in it last changed; a feed without entries has always been so. */
export function updatedAt({ items }: Feed): string {
  return items.reduce(
    (latest, { updated_at }) => (updated_at > latest ? updated_at : latest),
    "1970-01-01T00:00:00.000Z",
  );
}

/** An Atom feed (RFC 4287); addresses are made whole with the origin. */
export function atomOf(feed: Feed, origin: string): string {
  const whole = (path: string) => escapeXml(new URL(path, origin).href);
  const entries = feed.items.map(
    (item) => `  <entry>
    <id>${whole(item.id)}</id>
    <title>${escapeXml(item.title)}</title>
    <link rel="alternate" type="text/html" href="${whole(item.address)}"/>
    <published>${item.created_at}</published>
    <updated>${item.updated_at}</updated>
    <author><name>${escapeXml(item.author ?? "somebody who left")}</name></author>
    <content type="text">${escapeXml(item.text)}</content>
  </entry>
`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>${whole(feed.self)}</id>
  <title>${escapeXml(feed.title)}</title>
  <link rel="self" type="application/atom+xml" href="${whole(feed.self)}"/>
  <link rel="alternate" type="text/html" href="${whole(feed.page)}"/>
  <updated>${updatedAt(feed)}</updated>
${entries.join("")}</feed>
`;
}
