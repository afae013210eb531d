import { sortTitle } from "@/lib/metrics.ts";
import { featuresPath } from "@/lib/routes.ts";
import { type FeatureQuery, featureSorts } from "@/lib/views.ts";
import { Field } from "../ui/field.tsx";

type Props = { model: string; dictionary: string; query: FeatureQuery; revision?: string };

/** A plain form: what it asks stands in the address, so it works without JavaScript and can be linked. */
export function FeatureFilters({ model, dictionary, query, revision }: Props) {
  const path = featuresPath(model, dictionary);
  return (
    <search>
      <form action={path} className="flex flex-wrap items-end gap-x-3 gap-y-3">
        {revision && <input type="hidden" name="revision" value={revision} />}
        <Field label="Search" className="max-sm:w-full sm:w-56">
          <input
            type="search"
            name="search"
            defaultValue={query.search}
            placeholder="top token or index"
            className="field w-full"
          />
        </Field>
        <Field label="Show">
          <select name="state" defaultValue={query.state} className="field">
            <option value="all">all features</option>
            <option value="alive">alive</option>
            <option value="dead">dead</option>
          </select>
        </Field>
        <fieldset className="flex items-end gap-1.5">
          <legend className="eyebrow mb-1">Density</legend>
          <Bound name="density_min" label="Least density" value={query.density_min} hint="0" />
          <span className="pb-1.5 text-ink-2">to</span>
          <Bound name="density_max" label="Largest density" value={query.density_max} hint="1" />
        </fieldset>
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
        <a href={featuresPath(model, dictionary, { revision })} className="link py-1.5 text-ink-2">
          Reset
        </a>
      </form>
    </search>
  );
}

type BoundProps = { name: string; label: string; value: number | null; hint: string };

function Bound({ name, label, value, hint }: BoundProps) {
  return (
    <input
      name={name}
      aria-label={label}
      defaultValue={value ?? ""}
      placeholder={hint}
      inputMode="decimal"
      pattern="[0-9]*\.?[0-9]*(e-?[0-9]+)?"
      title="A number from 0 to 1, such as 0.001 or 1e-3"
      className="field w-20 font-mono"
    />
  );
}
