import { importsApiPath } from "@/lib/routes.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { Field } from "../ui/field.tsx";
import { VisibilityChoice } from "../ui/visibility-choice.tsx";

/** Names a repository that holds a dictionary of another format; the hub fetches it. */
export function RepositoryForm({ others }: { others: boolean }) {
  return (
    <ApiForm action={importsApiPath} className="panel p-4">
      <div className="flex flex-wrap items-end gap-4">
        <Field label="Repository" className="min-w-0 flex-1 basis-56">
          <input
            name="repository"
            required
            maxLength={200}
            placeholder="ORG/NAME"
            pattern="\w[\w.\-]*/\w[\w.\-]*"
            title="ORG/NAME"
            className="field w-full"
          />
        </Field>
        <Field label="Revision" className="min-w-0 basis-32">
          <input
            name="revision"
            required
            defaultValue="main"
            maxLength={200}
            title="a branch, a tag or a commit"
            className="field w-full"
          />
        </Field>
        <Field label="Folder or file in it" className="min-w-0 flex-1 basis-48">
          <input name="path" maxLength={1000} placeholder="all of it" className="field w-full" />
        </Field>
        {others && (
          <Field label="Who may see it" className="min-w-0">
            <VisibilityChoice />
          </Field>
        )}
        <button type="submit" className="button noscript:hidden">
          Look into it
        </button>
      </div>
      <p className="mt-3 text-xs text-ink-2">
        Public repositories; only what a dictionary needs is fetched. A token is never sent.
      </p>
    </ApiForm>
  );
}
