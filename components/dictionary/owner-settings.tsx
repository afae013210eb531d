import { dictionaryApiPath } from "@/lib/routes.ts";
import { type DictionaryView, visibilities } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { Field } from "../ui/field.tsx";

/** What its owner may change of a dictionary. */
export function OwnerSettings({ dictionary }: { dictionary: DictionaryView }) {
  const { model, slug, visibility } = dictionary;
  return (
    <ApiForm action={dictionaryApiPath(model, slug)} method="PATCH" className="panel p-4">
      <div className="flex flex-wrap items-end gap-3">
        <Field label="Visibility">
          <select name="visibility" defaultValue={visibility} key={visibility} className="field">
            {visibilities.map((one) => (
              <option key={one} value={one}>
                {one}: {meanings[one]}
              </option>
            ))}
          </select>
        </Field>
        <button type="submit" className="button">
          Save
        </button>
      </div>
    </ApiForm>
  );
}

const meanings = {
  public: "listed and found by everybody",
  unlisted: "for whoever has its address",
  private: "for you and for maintainers",
};
