import { Pencil } from "lucide-react";
import { licences } from "@/lib/licences.ts";
import { dictionaryApiPath } from "@/lib/routes.ts";
import type { DictionaryView } from "@/lib/views.ts";
import { MOST_WRITTEN } from "@/lib/written.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { Field } from "../ui/field.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { summaryText } from "./summary-text.ts";

/** What its owner says of it; where nobody has, what the numbers say. */
export function About({ dictionary }: { dictionary: DictionaryView }) {
  const { description, is_own } = dictionary;
  return (
    <section className="mb-10 max-w-3xl">
      <h2 className="sr-only">About it</h2>
      {description === "" ? (
        <p className="text-base text-pretty">{summaryText(dictionary)}</p>
      ) : (
        <Markdown text={description} id="description" />
      )}
      {is_own && <DescriptionForm dictionary={dictionary} />}
    </section>
  );
}

function DescriptionForm({ dictionary }: { dictionary: DictionaryView }) {
  const { model, slug, description, licence } = dictionary;
  return (
    <details className="mt-3" key={`${licence} ${description}`}>
      <summary className="w-fit text-ink-2 hover:text-accent">
        <Pencil aria-hidden="true" size={13} className="mr-1.5 inline" />
        {description === "" ? "Describe it and choose a licence" : "Edit description and licence"}
      </summary>
      <ApiForm
        action={dictionaryApiPath(model, slug)}
        method="PATCH"
        className="panel mt-3 space-y-3 p-4"
      >
        <Field label="Description, in Markdown">
          <textarea
            name="description"
            rows={10}
            maxLength={MOST_WRITTEN}
            defaultValue={description}
            placeholder="What it was made for, what was found in it, what to be careful of, how to cite it"
            className="field w-full py-2 font-mono leading-relaxed"
          />
        </Field>
        <div className="flex flex-wrap items-end justify-between gap-3">
          <Field label="Licence" className="min-w-0">
            <select name="licence" defaultValue={licence ?? ""} className="field max-w-full">
              <option value="">none stated</option>
              {Object.entries(licences).map(([id, name]) => (
                <option key={id} value={id}>
                  {id}: {name}
                </option>
              ))}
            </select>
          </Field>
          <button type="submit" className="button">
            Save
          </button>
        </div>
      </ApiForm>
    </details>
  );
}
