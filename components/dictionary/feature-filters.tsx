import { X } from "lucide-react";
import Link from "next/link";
import { filtersOf, shortQuery } from "@/lib/feature-query.ts";
import { sortTitle } from "@/lib/metrics.ts";
import { featuresPath } from "@/lib/routes.ts";
import { type FeatureQuery, featureFigures, featureSorts } from "@/lib/views.ts";
import { Field } from "../ui/field.tsx";
import { ShortForm } from "../ui/short-form.tsx";
import { figureColumns } from "./feature-figures.ts";

type Props = { model: string; dictionary: string; query: FeatureQuery; revision?: string };

/** A plain form: what it asks stands in the address, so it works without JavaScript and can be linked. */
export function FeatureFilters({ model, dictionary, query, revision }: Props) {
  const path = featuresPath(model, dictionary);
  const bounded = featureFigures.filter(
    (figure) => query[`${figure}_min`] !== null || query[`${figure}_max`] !== null,
  );
  const isAsked = Object.keys(filtersOf(query)).length > 0;
  return (
    <search>
      <ShortForm
        action={path}
        defaults={{ state: "all", sort: "index", order: "asc" }}
        className="panel space-y-3 p-3 sm:px-4"
      >
        {revision && <input type="hidden" name="revision" value={revision} />}
        <div className="flex flex-wrap items-end gap-x-3 gap-y-3">
          <Field label="Search" className="max-sm:w-full sm:w-56">
            <input
              type="search"
              name="search"
              defaultValue={query.search}
              placeholder="top token or index"
              className="field w-full"
            />
          </Field>
          <Field label="Label" className="max-sm:w-full sm:w-40">
            <input
              type="search"
              name="label"
              defaultValue={query.label}
              placeholder="part of one"
              className="field w-full"
            />
          </Field>
          <Field label="Show">
            <select name="state" defaultValue={query.state} className="field">
              <option value="all">all features</option>
              <option value="alive">alive</option>
              <option value="dead">dead</option>
              <option value="labelled">labelled</option>
            </select>
          </Field>
          <Field label="Sort by">
            <select name="sort" defaultValue={query.sort} className="field">
              {featureSorts.map((sort) => (
                <option key={sort} value={sort}>
                  {sortTitle(sort)}
                </option>
              ))}
            </select>
          </Field>
          <Field label="Order">
            <select name="order" defaultValue={query.order} className="field">
              <option value="asc">least first</option>
              <option value="desc">most first</option>
            </select>
          </Field>
          <button type="submit" className="button">
            Apply
          </button>
          {isAsked && (
            <Link
              href={featuresPath(model, dictionary, { revision })}
              prefetch={false}
              scroll={false}
              className="link py-1.5 text-ink-2"
            >
              Reset
            </Link>
          )}
        </div>
        <details open={bounded.length > 0}>
          <summary className="w-fit text-xs text-ink-2 hover:text-ink">
            Bounds of the figures{bounded.length > 0 && `, ${bounded.length} set`}
          </summary>
          <div className="mt-3 flex flex-wrap gap-x-6 gap-y-3">
            {figureColumns.map(({ name, title, formula }) => (
              <fieldset key={name} className="flex items-end gap-1.5">
                <legend className="eyebrow mb-1" title={formula}>
                  {title}
                </legend>
                <Bound name={`${name}_min`} label={`Least ${title}`} query={query} hint="least" />
                <span className="pb-1.5 text-ink-2">to</span>
                <Bound name={`${name}_max`} label={`Largest ${title}`} query={query} hint="most" />
              </fieldset>
            ))}
          </div>
        </details>
        {query.within !== "" && (
          <p className="flex flex-wrap items-center gap-2 text-xs text-ink-2">
            <input type="hidden" name="within" value={query.within} />
            Only those within an outline drawn on the map
            <Link
              href={featuresPath(model, dictionary, {
                ...shortQuery({ ...query, within: "", page: 1 }),
                revision,
              })}
              prefetch={false}
              scroll={false}
              aria-label="Show those outside of the outline too"
              className="button min-h-6! px-1!"
            >
              <X aria-hidden="true" size={13} />
            </Link>
          </p>
        )}
      </ShortForm>
    </search>
  );
}

type BoundProps = {
  name: `${(typeof featureFigures)[number]}_${"min" | "max"}`;
  label: string;
  query: FeatureQuery;
  hint: string;
};

function Bound({ name, label, query, hint }: BoundProps) {
  return (
    <input
      name={name}
      aria-label={label}
      defaultValue={query[name] ?? ""}
      placeholder={hint}
      inputMode="decimal"
      pattern="-?[0-9]*\.?[0-9]*(e-?[0-9]+)?"
      title={`A number such as ${name.startsWith("density") ? "0.001 or 1e-3, from 0 to 1" : "0.5"}`}
      className="field w-20 font-mono"
    />
  );
}
