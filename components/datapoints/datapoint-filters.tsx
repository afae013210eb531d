import { datapointFigures, datapointOrigins } from "trainer/bundle";
import { datapointsPath } from "@/lib/routes.ts";
import { type DatapointQuery, type DatapointSort, datapointSorts } from "@/lib/views.ts";
import { Field } from "../ui/field.tsx";
import { originText } from "./origins.ts";

type Props = { model: string; dictionary: string; query: DatapointQuery; revision?: string };

export function sortTitle(sort: DatapointSort): string {
  return sort === "position" ? "Position" : datapointFigures[sort].title;
}

/** A plain form: what it asks stands in the address, so it works without JavaScript and can be linked. */
export function DatapointFilters({ model, dictionary, query, revision }: Props) {
  return (
    <search>
      <form
        action={datapointsPath(model, dictionary)}
        className="flex flex-wrap items-end gap-x-3 gap-y-3"
      >
        {revision && <input type="hidden" name="revision" value={revision} />}
        <Field label="Token" className="max-sm:w-full sm:w-40">
          <input
            type="search"
            name="token"
            defaultValue={query.token}
            placeholder="contains"
            className="field w-full"
          />
        </Field>
        <Field label="Show">
          <select name="origin" defaultValue={query.origin} className="field">
            <option value="all">all datapoints</option>
            {datapointOrigins.map((origin) => (
              <option key={origin} value={origin}>
                {originText[origin]}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Sort by">
          <select name="sort" defaultValue={query.sort} className="field">
            {datapointSorts.map((sort) => (
              <option key={sort} value={sort}>
                {sortTitle(sort)}
              </option>
            ))}
          </select>
        </Field>
        <fieldset className="flex items-end gap-1.5">
          <legend className="eyebrow mb-1">which is from</legend>
          <Bound name="min" label="Least of what is sorted by" value={query.min} />
          <span className="pb-1.5 text-ink-2">to</span>
          <Bound name="max" label="Largest of what is sorted by" value={query.max} />
        </fieldset>
        <Field label="Order">
          <select name="order" defaultValue={query.order} className="field">
            <option value="desc">most first</option>
            <option value="asc">least first</option>
          </select>
        </Field>
        <button type="submit" className="button">
          Apply
        </button>
        <a
          href={datapointsPath(model, dictionary, { revision })}
          className="link py-1.5 text-ink-2"
        >
          Reset
        </a>
      </form>
    </search>
  );
}

function Bound({ name, label, value }: { name: string; label: string; value: number | null }) {
  return (
    <input
      name={name}
      aria-label={label}
      defaultValue={value ?? ""}
      inputMode="decimal"
      pattern="-?[0-9]*\.?[0-9]*(e-?[0-9]+)?"
      title="A number, such as 0.5 or -1"
      className="field w-20 font-mono"
    />
  );
}
