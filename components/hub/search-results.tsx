import Link from "next/link";
import { modelPath } from "@/lib/routes.ts";
import type { DictionarySummary, ModelSummary } from "@/lib/views.ts";
import { DictionaryTable } from "../dictionary/dictionary-table.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Section } from "../ui/section.tsx";

type Props = { query: string; models: ModelSummary[]; dictionaries: DictionarySummary[] };

export function SearchResults({ query, models, dictionaries }: Props) {
  const nothing = models.length === 0 && dictionaries.length === 0;
  return (
    <div className="space-y-10">
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title={query === "" ? "Everything" : `Search for “${query}”`}
        lead={
          nothing
            ? "Nothing has that name. Search takes part of a model's, dictionary's or hook's name, or a feature's address: model/dictionary/index."
            : "Names of models, dictionaries and hooks. A feature is found by its address: model/dictionary/index."
        }
      />
      {models.length > 0 && (
        <Section title="Models">
          <ul className="panel divide-y divide-line px-4 py-1">
            {models.map(({ slug }) => (
              <li key={slug} className="py-1.5">
                <Link href={modelPath(slug)} className="link font-mono">
                  {slug}
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {dictionaries.length > 0 && (
        <Section title="Dictionaries">
          <DictionaryTable dictionaries={dictionaries} />
        </Section>
      )}
    </div>
  );
}
