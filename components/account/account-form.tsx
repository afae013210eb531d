import type { ReactNode } from "react";
import { PageHeading } from "../ui/page-heading.tsx";

type Props = { title: string; lead?: ReactNode; note?: string | null; children: ReactNode };

/** A page that is one narrow form; the note says what has just happened. */
export function AccountForm({ title, lead, note, children }: Props) {
  return (
    <div className="mx-auto max-w-sm space-y-6 py-6">
      <PageHeading crumbs={[{ href: "/", text: "hub" }]} title={title} lead={lead} />
      {note && (
        <p role="status" className="panel border-l-2 border-l-accent px-4 py-3">
          {note}
        </p>
      )}
      <p className="panel hidden px-4 py-3 noscript:block">This form needs JavaScript.</p>
      {children}
    </div>
  );
}
