"use client";

import { Pencil } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ApiForm } from "./api-form.tsx";

type Props = {
  /** what it is, after "Edit" */
  name: string;
  /** where the fields are sent */
  action: string;
  fields: ReactNode;
  /** more buttons beside that to edit */
  actions?: ReactNode;
  children: ReactNode;
};

/** What somebody wrote with the button to change it, or, once it is pressed, the form. */
export function Editable({ name, action, fields, actions, children }: Props) {
  const [editing, setEditing] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const form = useRef<HTMLDivElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (editing) form.current?.querySelector<HTMLElement>("input, textarea")?.focus();
    else if (wasEditing.current) button.current?.focus();
    wasEditing.current = editing;
  }, [editing]);
  if (editing)
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: Escape is a second way to what a button does
      <div
        ref={form}
        className="min-w-0 flex-1"
        onKeyDown={({ key }) => key === "Escape" && setEditing(false)}
      >
        <ApiForm action={action} method="PATCH" stay onDone={() => setEditing(false)}>
          {fields}
          <div className="mt-2 flex gap-2">
            <button type="submit" className="button">
              Save
            </button>
            <button type="button" className="button" onClick={() => setEditing(false)}>
              Cancel
            </button>
          </div>
        </ApiForm>
      </div>
    );
  return (
    <>
      <div className="min-w-0 flex-1">{children}</div>
      <div className="flex flex-none items-start gap-1 noscript:hidden">
        <button
          ref={button}
          type="button"
          aria-label={`Edit ${name}`}
          title="Edit"
          onClick={() => setEditing(true)}
          className="icon-button"
        >
          <Pencil aria-hidden="true" size={14} />
        </button>
        {actions}
      </div>
    </>
  );
}
