import Link from "next/link";
import { formatCount } from "@/lib/format.ts";
import { modelPath, searchFor } from "@/lib/routes.ts";
import { shortSearch } from "@/lib/search-query.ts";
import type { NameSearch, SearchQuery } from "@/lib/views.ts";
import { DictionaryTable } from "../dictionary/dictionary-table.tsx";
import { Section } from "../ui/section.tsx";

/** Beside other results only so many dictionaries are shown. */
const few = 5;

export function NameResults({ names, query }: { names: NameSearch; query: SearchQuery }) {
  const { models, dictionaries } = names;
  const beside = query.in === "all" && query.q !== "";
  const shown = beside ? dictionaries.slice(0, few) : dictionaries;
  if (models.length + dictionaries.length === 0)
    return beside ? null : (
      <p className="panel px-6 py-10 text-center text-ink-2">
        No model, dictionary or hook has a name like that.
      </p>
    );
  return (
    <>
      {models.length > 0 && (
        <Section title="Models">
          <ul className="panel divide-y divide-line px-4 py-1">
            {models.map(({ slug, dictionaries }) => (
              <li key={slug} className="flex items-baseline justify-between gap-4 py-1.5">
                <Link href={modelPath(slug)} className="link font-mono">
                  {slug}
                </Link>
                <span className="text-xs text-ink-2">
                  {formatCount(dictionaries)} {dictionaries === 1 ? "dictionary" : "dictionaries"}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {dictionaries.length > 0 && (
        <Section
          title="Dictionaries"
          aside={
            shown.length < dictionaries.length && (
              <Link href={searchFor(shortSearch({ ...query, in: "names" }))} className="link">
                all {formatCount(dictionaries.length)}
              </Link>
            )
          }
        >
          <DictionaryTable dictionaries={shown} />
        </Section>
      )}
    </>
  );
}
