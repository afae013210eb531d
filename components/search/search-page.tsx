import Link from "next/link";
import { searchFor } from "@/lib/routes.ts";
import { shortSearch } from "@/lib/search-query.ts";
import type { SearchPlace, SearchView } from "@/lib/views.ts";
import { PageHeading } from "../ui/page-heading.tsx";
import { LabelResults } from "./label-results.tsx";
import { NameResults } from "./name-results.tsx";
import { SearchFilters } from "./search-filters.tsx";
import { TokenResults } from "./token-results.tsx";

const places: Record<SearchPlace, string> = {
  all: "Everything",
  tokens: "Tokens",
  labels: "Labels",
  names: "Names",
};

/** What was found, place by place; without a text everything that has a name. */
export function SearchPage({ found, models }: { found: SearchView; models: string[] }) {
  const { query, names, labels, tokens, address } = found;
  return (
    <>
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title={query.q === "" ? "Search" : <>Search for “{query.q}”</>}
        lead="A word finds the features that fire on it, several words those that fire on all of them. Labels, names and addresses work as well: model/dictionary/index."
      />
      <div className="mt-6">
        <SearchFilters query={query} models={models} />
      </div>
      <nav
        aria-label="Where to look"
        className="mt-5 mb-8 flex gap-x-4 overflow-x-auto overflow-y-hidden border-b border-line sm:gap-x-6"
      >
        {Object.entries(places).map(([place, text]) => (
          <Link
            key={place}
            href={searchFor(shortSearch({ ...query, in: place as SearchPlace, page: 1 }))}
            aria-current={place === query.in ? "page" : undefined}
            className="-mb-px shrink-0 border-b-2 border-transparent py-2 text-ink-2 hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink"
          >
            {text}
          </Link>
        ))}
      </nav>
      <div className="space-y-10">
        {address && (
          <p className="panel px-4 py-3">
            This is an address:{" "}
            <Link href={address} className="link font-mono">
              {address}
            </Link>
          </p>
        )}
        {names && <NameResults names={names} query={query} />}
        {labels && query.q !== "" && <LabelResults labels={labels} query={query} />}
        {tokens && query.q !== "" && <TokenResults tokens={tokens} query={query} />}
        {query.q === "" && (query.in === "tokens" || query.in === "labels") && (
          <p className="text-ink-2">
            {query.in === "tokens"
              ? "Type a word: a token that features may fire on."
              : "Type part of what people may call a feature."}
          </p>
        )}
      </div>
    </>
  );
}
