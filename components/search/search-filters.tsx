import Link from "next/link";
import { searchFor, searchPath } from "@/lib/routes.ts";
import { shortSearch } from "@/lib/search-query.ts";
import type { SearchQuery } from "@/lib/views.ts";
import { Field } from "../ui/field.tsx";

type Props = { query: SearchQuery; models: string[] };

/** A plain form: what it asks stands in the address. */
export function SearchFilters({ query, models }: Props) {
  return (
    <search>
      <form
        key={JSON.stringify(query)}
        action={searchPath}
        className="flex flex-wrap items-end gap-3"
      >
        {query.in !== "all" && <input type="hidden" name="in" value={query.in} />}
        {query.dictionary !== "" && (
          <input type="hidden" name="dictionary" value={query.dictionary} />
        )}
        <Field label="Words, name or address" className="min-w-0 flex-1 sm:max-w-96">
          <input
            type="search"
            name="q"
            defaultValue={query.q}
            autoComplete="off"
            spellCheck={false}
            className="field w-full"
          />
        </Field>
        {models.length > 1 && (
          <Field label="Model">
            <select name="model" defaultValue={query.model} className="field">
              <option value="">all models</option>
              {models.map((model) => (
                <option key={model}>{model}</option>
              ))}
            </select>
          </Field>
        )}
        <button type="submit" className="button">
          Search
        </button>
        {query.dictionary !== "" && (
          <p className="flex items-center gap-2 py-1.5 text-[0.8125rem] text-ink-2">
            only in <span className="font-mono text-ink">{query.dictionary}</span>
            <Link
              href={searchFor(shortSearch({ ...query, dictionary: "", page: 1 }))}
              className="link"
            >
              all dictionaries
            </Link>
          </p>
        )}
      </form>
    </search>
  );
}
