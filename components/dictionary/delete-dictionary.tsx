"use client";

import { Dialog } from "radix-ui";
import { useState } from "react";
import { dictionaryApiPath } from "@/lib/routes.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { Field } from "../ui/field.tsx";

type Props = { model: string; slug: string; revisions: number; wasPrivate: boolean };

/** Removes a dictionary, once its name has been typed. */
export function DeleteDictionary({ model, slug, revisions, wasPrivate }: Props) {
  const [typed, setTyped] = useState("");
  return (
    <Dialog.Root onOpenChange={() => setTyped("")}>
      <Dialog.Trigger className="button text-danger noscript:hidden">
        Delete this dictionary
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-[#0009]" />
        <Dialog.Content className="panel fixed top-1/2 left-1/2 z-50 max-h-[90dvh] w-[min(30rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 overflow-y-auto p-6 shadow-lg">
          <Dialog.Title className="font-serif text-2xl tracking-tight">Delete {slug}?</Dialog.Title>
          <Dialog.Description className="mt-2 text-ink-2">
            {revisions === 1 ? "Its one revision" : `All its ${revisions} revisions`}, every file
            and what people said of its features go, and cannot be brought back.{" "}
            {wasPrivate
              ? "Nothing says afterwards that it was there."
              : "Its address then says that it is gone."}
          </Dialog.Description>
          <ApiForm
            action={dictionaryApiPath(model, slug)}
            method="DELETE"
            className="mt-5 grid gap-4"
          >
            <Field label={`Type ${slug} to confirm`}>
              <input
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                autoComplete="off"
                spellCheck={false}
                className="field w-full font-mono"
              />
            </Field>
            <div className="flex justify-end gap-2">
              <Dialog.Close className="button">Keep it</Dialog.Close>
              <button type="submit" disabled={typed !== slug} className="button text-danger">
                Delete it
              </button>
            </div>
          </ApiForm>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
