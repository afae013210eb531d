import Link from "next/link";
import { formatHash, formatTime } from "@/lib/format.ts";
import { dictionaryPath } from "@/lib/routes.ts";
import type { DictionaryView } from "@/lib/views.ts";

/** Every upload under this name; each keeps its own address. */
export function RevisionList({ dictionary }: { dictionary: DictionaryView }) {
  const { model, slug, revision: shown, revisions } = dictionary;
  return (
    <ol className="panel divide-y divide-line">
      {revisions.map(({ revision, created_at, newest }) => (
        <li key={revision} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-2">
          <Link
            href={dictionaryPath(model, slug, { revision })}
            className="link font-mono text-[0.8125rem]"
          >
            {formatHash(revision)}
          </Link>
          <time dateTime={created_at} className="text-xs text-ink-2">
            {formatTime(created_at)}
          </time>
          <span className="ml-auto text-xs text-ink-2">
            {[newest && "newest", revision === shown && "shown"].filter(Boolean).join(", ")}
          </span>
        </li>
      ))}
    </ol>
  );
}
