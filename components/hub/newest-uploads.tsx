import Link from "next/link";
import { formatTime } from "@/lib/format.ts";
import { dictionaryPath, uploadPath } from "@/lib/routes.ts";
import type { DictionarySummary } from "@/lib/views.ts";
import { architectureText, sizeText } from "../dictionary/describe.ts";
import { ImportMark } from "../dictionary/import-mark.tsx";

const SHOWN = 5;

/** What came last, the newest first. */
export function NewestUploads({ dictionaries }: { dictionaries: DictionarySummary[] }) {
  const newest = [...dictionaries]
    .sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1))
    .slice(0, SHOWN);
  return (
    <>
      <ul className="panel divide-y divide-line">
        {newest.map((dictionary) => {
          const { model, slug, owner, updated_at } = dictionary;
          return (
            <li key={`${model}/${slug}`} className="px-4 py-2.5">
              <div className="flex flex-wrap items-baseline justify-between gap-x-4">
                <span>
                  <Link
                    href={dictionaryPath(model, slug)}
                    prefetch={false}
                    className="link font-mono text-[0.8125rem]"
                  >
                    {slug}
                  </Link>{" "}
                  <ImportMark imported={dictionary.imported} />
                </span>
                <span className="text-xs text-ink-2">
                  {owner !== null && `${owner}, `}
                  <time dateTime={updated_at} className="whitespace-nowrap">
                    {formatTime(updated_at)}
                  </time>
                </span>
              </div>
              <p className="text-xs text-ink-2">
                {architectureText(dictionary)}; {sizeText(dictionary)} of {model}
              </p>
            </li>
          );
        })}
      </ul>
      <p className="mt-3">
        <Link href={uploadPath} className="link text-ink-2">
          Add yours
        </Link>
      </p>
    </>
  );
}
