import Link from "next/link";
import { formatHash } from "@/lib/format.ts";

type Props = { revision: string; newestHref: string };

/** Says that the address pins a revision, and where the newest one is. */
export function RevisionNotice({ revision, newestHref }: Props) {
  return (
    <p role="note" className="mb-6 rounded-md border border-accent/50 bg-surface px-4 py-2.5">
      You are looking at revision <code className="text-[0.8125rem]">{formatHash(revision)}</code>,
      pinned by the address.{" "}
      <Link href={newestHref} className="link">
        Show the newest
      </Link>
    </p>
  );
}
