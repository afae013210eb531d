import type { CompareQuery, DictionarySummary } from "@/lib/views.ts";
import { PageHeading } from "../ui/page-heading.tsx";
import { PairForm } from "./pair-form.tsx";

type Props = { query: CompareQuery; dictionaries: DictionarySummary[] };

/** Before there are two. */
export function ChoosePair({ query, dictionaries }: Props) {
  return (
    <>
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title="Compare two dictionaries"
        lead="Their metrics and settings side by side, and which features of the one are in the other: paired by the cosines of their decoder rows."
      />
      <div className="mt-6">
        {dictionaries.length < 2 ? (
          <p className="panel px-6 py-10 text-center text-ink-2">
            It takes two: this hub has {dictionaries.length === 0 ? "none" : "one"} yet. Upload
            another.
          </p>
        ) : (
          <PairForm query={query} dictionaries={dictionaries} />
        )}
      </div>
    </>
  );
}
