import { discussionsApiPath, discussionsPath } from "@/lib/routes.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { Field } from "../ui/field.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { TextField } from "./text-field.tsx";

/** Begins a discussion; `about` is the address that it is about, if it was opened from there. */
export function NewDiscussion({ about, mayWrite }: { about: string; mayWrite: boolean }) {
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeading
        crumbs={[
          { href: "/", text: "hub" },
          { href: discussionsPath, text: "discussions" },
        ]}
        title="New discussion"
        lead="Everybody who can open this hub can read it."
      />
      {mayWrite ? (
        <>
          <ApiForm action={discussionsApiPath()} className="mt-6 space-y-4 noscript:hidden">
            <Field label="Title" className="block">
              <input
                name="title"
                required
                maxLength={200}
                autoComplete="off"
                className="field w-full"
              />
            </Field>
            <TextField
              label="What do you want to say?"
              rows={9}
              defaultValue={about === "" ? "" : `${about}\n\n`}
            />
            <button type="submit" className="button">
              Begin discussion
            </button>
          </ApiForm>
          <noscript>
            <p className="mt-6">To write here needs JavaScript; to read does not.</p>
          </noscript>
        </>
      ) : (
        <p className="mt-6 text-ink-2">Members of this hub can begin discussions.</p>
      )}
    </div>
  );
}
