import { Play } from "lucide-react";
import Link from "next/link";
import { tryPath } from "@/lib/routes.ts";
import { MOST_CHARACTERS, MOST_DICTIONARIES, nameOf, type TryQuery } from "@/lib/try-query.ts";
import type { DictionarySummary } from "@/lib/views.ts";
import { Field } from "../ui/field.tsx";

type Props = { dictionaries: DictionarySummary[]; query: TryQuery };

/** Which dictionaries, and the text; without a choice the first of the first model. */
export function TryForm({ dictionaries, query }: Props) {
  const models = [...new Set(dictionaries.map((one) => one.model))];
  const model = models.includes(query.model) ? query.model : (models[0] ?? "");
  const offered = dictionaries.filter((one) => one.model === model);
  const pinned = query.dictionaries.filter((one) => one.revision !== undefined);
  const named = new Set(query.dictionaries.map(nameOf));
  const isChosen = (slug: string, i: number) => (named.size > 0 ? named.has(slug) : i === 0);
  if (offered.length === 0)
    return (
      <p className="panel px-4 py-6 text-ink-2">
        There is no dictionary to try a text on yet.{" "}
        <Link href="/upload" className="link">
          Upload one
        </Link>
        .
      </p>
    );
  return (
    <form action={tryPath()} className="space-y-4">
      <input type="hidden" name="model" value={model} />
      {models.length > 1 && (
        <nav aria-label="Model" className="flex flex-wrap gap-x-4 gap-y-1">
          {models.map((one) => (
            <Link
              key={one}
              href={tryPath({ model: one, text: query.text })}
              aria-current={one === model ? "true" : undefined}
              className="link aria-[current=true]:font-medium aria-[current=true]:no-underline"
            >
              {one}
            </Link>
          ))}
        </nav>
      )}
      <Field label="Text" className="block">
        <textarea
          name="text"
          defaultValue={query.text}
          required
          rows={4}
          maxLength={MOST_CHARACTERS}
          spellCheck={false}
          placeholder="Once upon a time, …"
          className="field h-auto w-full py-2 font-mono"
        />
      </Field>
      <fieldset>
        <legend className="eyebrow mb-1">
          Dictionaries of {model}, at most {MOST_DICTIONARIES}
        </legend>
        <div className="panel grid max-h-56 gap-x-6 gap-y-1 overflow-y-auto px-4 py-3 sm:grid-cols-2 xl:grid-cols-3">
          {offered.map(({ slug, hook_name }, i) => (
            <Choice key={slug} value={slug} chosen={isChosen(slug, i)} hook={hook_name} />
          ))}
          {pinned.map((one) => (
            <Choice key={nameOf(one)} value={nameOf(one)} chosen hook="this revision" />
          ))}
        </div>
      </fieldset>
      <button type="submit" className="button">
        <Play aria-hidden="true" size={14} /> Try it
      </button>
    </form>
  );
}

function Choice({ value, chosen, hook }: { value: string; chosen: boolean; hook: string }) {
  const [name, revision] = value.split("@");
  return (
    <label className="flex min-w-0 items-baseline gap-2">
      <input
        type="checkbox"
        name="d"
        value={value}
        defaultChecked={chosen}
        className="accent-accent"
      />
      <span className="min-w-0 truncate font-mono text-[0.8125rem]" title={`${value}, ${hook}`}>
        {name}
        {revision && `@${revision.slice(0, 8)}`} <span className="text-ink-2">{hook}</span>
      </span>
    </label>
  );
}
