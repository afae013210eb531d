import { comparePath } from "@/lib/routes.ts";
import type { CompareQuery, DictionarySummary } from "@/lib/views.ts";
import { Field } from "../ui/field.tsx";

type Props = { query: CompareQuery; dictionaries: DictionarySummary[] };

/** Which two; a plain form. */
export function PairForm({ query, dictionaries }: Props) {
  const { a, b, a_revision, b_revision } = query;
  const models = [...new Set(dictionaries.map((one) => one.model))];
  const options = (chosen: string) => (
    <>
      {!dictionaries.some((one) => addressOf(one) === chosen) && (
        <option value={chosen}>{chosen === "" ? "choose one" : chosen}</option>
      )}
      {models.map((model) => (
        <optgroup key={model} label={model}>
          {dictionaries
            .filter((one) => one.model === model)
            .map((one) => (
              <option key={one.slug} value={addressOf(one)}>
                {one.slug}
              </option>
            ))}
        </optgroup>
      ))}
    </>
  );
  return (
    <form key={`${a} ${b}`} action={comparePath({})} className="flex flex-wrap items-end gap-3">
      <Field label="A" className="min-w-0">
        <select name="a" defaultValue={a} className="field max-w-full font-mono">
          {options(a)}
        </select>
      </Field>
      <Field label="B" className="min-w-0">
        <select name="b" defaultValue={b} className="field max-w-full font-mono">
          {options(b)}
        </select>
      </Field>
      {a_revision && <input type="hidden" name="a_revision" value={a_revision} />}
      {b_revision && <input type="hidden" name="b_revision" value={b_revision} />}
      <button type="submit" className="button">
        Compare
      </button>
    </form>
  );
}

function addressOf({ model, slug }: Pick<DictionarySummary, "model" | "slug">): string {
  return `${model}/${slug}`;
}
