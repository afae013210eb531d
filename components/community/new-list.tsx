"use client";

import { listsApiPath, listsPath } from "@/lib/routes.ts";
import type { ListedFeature } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { ListFields } from "./list-fields.tsx";

type Props = { feature: ListedFeature | null; mayWrite: boolean };

/** Makes a list, with a feature to begin with if it was opened from there. */
export function NewList({ feature, mayWrite }: Props) {
  const read = (fields: FormData) => ({
    ...Object.fromEntries(fields),
    ...(feature && { feature }),
  });
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeading
        crumbs={[
          { href: "/", text: "hub" },
          { href: listsPath, text: "lists" },
        ]}
        title="New list"
        lead={
          feature &&
          `It begins with feature ${feature.index} of ${feature.dictionary} (${feature.model}).`
        }
      />
      {mayWrite ? (
        <ApiForm action={listsApiPath} read={read} className="mt-6 space-y-4 noscript:hidden">
          <ListFields />
          <button type="submit" className="button">
            Make list
          </button>
        </ApiForm>
      ) : (
        <p className="mt-6 text-ink-2">Members of this hub can make lists.</p>
      )}
    </div>
  );
}
