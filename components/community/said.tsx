import { MessageSquarePlus } from "lucide-react";
import Link from "next/link";
import { commentPath } from "@/lib/routes.ts";
import type { SaidOfFeature } from "@/lib/views.ts";
import { Section } from "../ui/section.tsx";
import { DiscussionList } from "./discussion-list.tsx";
import { Labels } from "./labels.tsx";

/** What people say of a feature. */
export function Said({ said }: { said: SaidOfFeature }) {
  return (
    <>
      <Labels labels={said.labels} addTo={said.add_label} />
      <Discussed {...said} />
    </>
  );
}

type Props = Pick<SaidOfFeature, "discussions" | "discuss">;

/** Where a feature or a dictionary is talked about. */
export function Discussed({ discussions, discuss }: Props) {
  if (discussions.length === 0 && discuss === null) return null;
  return (
    <Section
      id="discussions"
      title="Discussed in"
      aside={
        discuss !== null && (
          <Link href={discuss} prefetch={false} className="link inline-flex items-center gap-1">
            <MessageSquarePlus aria-hidden="true" size={12} /> Begin a discussion
          </Link>
        )
      }
    >
      {discussions.length === 0 ? (
        <p className="panel px-4 py-3 text-ink-2">No discussion names it yet.</p>
      ) : (
        <DiscussionList
          discussions={discussions.map(({ discussion, comment }) => ({
            discussion,
            href: commentPath(discussion, comment),
          }))}
        />
      )}
    </Section>
  );
}
