import { dictionaryApiPath } from "@/lib/routes.ts";
import type { DictionaryView } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { Field } from "../ui/field.tsx";
import { VisibilityChoice } from "../ui/visibility-choice.tsx";
import { DeleteDictionaryButton } from "./delete-button.tsx";

type Props = {
  dictionary: DictionaryView;
  /** whether there are others whom it could be handed over to */
  hasAccounts: boolean;
};

/** What its owner may change of a dictionary. */
export function OwnerSettings({ dictionary, hasAccounts }: Props) {
  const { model, slug, visibility, revisions } = dictionary;
  const action = dictionaryApiPath(model, slug);
  return (
    <div className="panel divide-y divide-line">
      <ApiForm action={action} method="PATCH" stay className="p-4">
        <div className="flex flex-wrap items-end gap-3">
          <Field label="Visibility">
            <VisibilityChoice defaultValue={visibility} key={visibility} />
          </Field>
          <button type="submit" className="button">
            Save
          </button>
        </div>
      </ApiForm>
      {hasAccounts && (
        <ApiForm action={action} method="PATCH" leave="/" className="p-4 noscript:hidden">
          <div className="flex flex-wrap items-end gap-3">
            <Field label="Hand it over to the member with this e-mail">
              <input
                name="owner"
                type="email"
                required
                autoComplete="off"
                className="field w-72 max-w-full"
              />
            </Field>
            <button type="submit" className="button">
              Hand over
            </button>
          </div>
        </ApiForm>
      )}
      <div className="p-4">
        <DeleteDictionaryButton
          model={model}
          slug={slug}
          revisions={revisions.length}
          wasPrivate={visibility === "private"}
        />
      </div>
    </div>
  );
}
