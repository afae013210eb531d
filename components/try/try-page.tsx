import type { TryQuery } from "@/lib/try-query.ts";
import type { DictionarySummary, TryView } from "@/lib/views.ts";
import { PageHeading } from "../ui/page-heading.tsx";
import { TriedDictionary } from "./tried-dictionary.tsx";
import { TryForm } from "./try-form.tsx";
import { WhyNot } from "./why-not.tsx";

type Props = {
  /** those that the viewer may choose among */
  dictionaries: DictionarySummary[];
  query: TryQuery;
  /** what came of the query, or why nothing did; null when nothing was asked */
  result: TryView | string | null;
};

/** A whole text against dictionaries of one model. Its address says all of it, so that it can be sent. */
export function TryPage({ dictionaries, query, result }: Props) {
  return (
    <div className="space-y-10">
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title="Try a text"
        lead="What the features of a dictionary see in a text of yours, token by token, and what the model loses when the dictionary speaks for it."
      />
      <TryForm dictionaries={dictionaries} query={query} />
      {typeof result === "string" && <WhyNot why={result} />}
      {result !== null &&
        typeof result !== "string" &&
        result.dictionaries.map((tried, place) => (
          <TriedDictionary
            key={tried.dictionary.revision}
            tokens={result.tokens}
            tried={tried}
            query={query}
            place={place}
          />
        ))}
    </div>
  );
}
